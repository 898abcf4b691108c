-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU awk of the image; busybox's is not linked there.
local build = lib "hurd_user"

return build {
  name = "hurd-gawk",
  from = "gawk-5.2.1",
  summary = "GNU awk, for the Hurd",
  inputs = { "m4", "bison" },
  prepare = [[
    printf 'all install:\n' >doc/Makefile.in
    rm awkgram.c command.c
  ]],
  configure = { "--disable-nls", "--disable-extensions", "--without-readline", "--without-mpfr" },
  targets = { { "awkgram.c", "command.c" }, { "-C", "support" }, { "gawk" } },
  install = false,
  finish = "mkdir $out/bin\ncp gawk $out/bin/gawk\nln -s gawk $out/bin/awk\n",
}
