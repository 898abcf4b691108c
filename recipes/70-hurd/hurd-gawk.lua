-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU awk of the image; busybox's is not linked there.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]

return build(target, {
  name = "hurd-gawk",
  version = "5.2.1",
  from = "gawk-5.2.1",
  summary = "GNU awk, for the Hurd",
  inputs = { "m4", "bison" },
  compiler = "gcc-" .. target.triplet .. "-stage1-12.2.0",
  dir = "gawk",
  prepare = [[
    printf 'all install:\n' >doc/Makefile.in
    rm awkgram.c command.c
  ]],
  configure = { "--disable-nls", "--disable-extensions", "--without-readline", "--without-mpfr" },
  targets = { { "awkgram.c", "command.c" }, { "-C", "support" }, { "gawk" } },
  install = false,
  finish = "mkdir $out/bin\ncp gawk $out/bin/gawk\nln -s gawk $out/bin/awk\n",
})
