-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "m4",
  from = "m4-1.4.19",
  summary = "macro processor, for autoconf, bison and flex",
  -- The manual is neither made nor installed.
  configure = { "--disable-nls", "--with-syscmd-shell=" .. input_path "dash/bin/sh" },
  make = { "MAKEINFO=true" },
  targets = { { "-C", "lib" }, { "-C", "src" } },
  install = { "-C", "src", "install" },
  finish = [[
    test "$(echo 'eval(6 * 7) syscmd(echo shell)' | $out/bin/m4)" = "42 shell"
    # A recursive macro: 1000 nested calls and as many expansions.
    echo 'define(`down'"', \`ifelse(\$1, 0, done, \`down(decr(\$1))')')down(1000)" | $out/bin/m4 | grep -x done
  ]],
}
