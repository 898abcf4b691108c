-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "m4",
  version = "1.4.19",
  summary = "macro processor, for autoconf, bison and flex",
  homepage = "https://www.gnu.org/software/m4/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "m/m4/m4_1.4.19.orig.tar.xz", as = "m4",
      sha256 = "63aede5c6d33b6d9b13511cd0be2cac046f2e70fd0a07aa9573a04a82783af96" },
  },
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
  pregenerated = {
    "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "lib/config.hin", "bootstrap",
    "lib/gnulib.mk", "m4/gnulib-*.m4", "lib/uniwidth/width.c", "doc/m4.1", "doc/*.info*",
    "po/*.gmo",
  },
  generated_unused = {
    "tests/*", "lib/iconv_open-*.h",
  },
}
