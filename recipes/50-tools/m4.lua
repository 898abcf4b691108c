-- SPDX-License-Identifier: GPL-3.0-or-later
local build, m4 = lib "tool", lib "m4_flex".m4

return build(merge(m4, {
  name = "m4",
  summary = "macro processor, for autoconf, bison and flex",
  finish = [[
    test "$(echo 'eval(6 * 7) syscmd(echo shell)' | $out/bin/m4)" = "42 shell"
    # A recursive macro: 1000 nested calls and as many expansions.
    echo 'define(`down'"', \`ifelse(\$1, 0, done, \`down(decr(\$1))')')down(1000)" | $out/bin/m4 | grep -x done
  ]],
}))
