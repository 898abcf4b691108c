-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU awk of the image; busybox's is not linked there.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]

return build(target, {
  name = "hurd-gawk",
  version = "5.2.1",
  summary = "GNU awk, for the Hurd",
  homepage = "https://www.gnu.org/software/gawk/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "g/gawk/gawk_5.2.1.orig.tar.xz", as = "gawk",
      sha256 = "2337a0283b180ec1b9c727973a34781c6478b3ae9bcbdcca0a4dc49861d75a65" },
  },
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
  pregenerated = { "configure", "configh.in", "Makefile.in", "support/Makefile.in", "aclocal.m4" },
  generated_unused = {
    "awkgram.c", "command.c", "awklib/Makefile.in", "build-aux/ltmain.sh", "doc/Makefile.in",
    "doc/sidebar.awk", "extension/*", "extras/Makefile.in", "pc/*", "po/*.gmo", "test/*", "doc/it/sidebar.awk",
    "vms/vmstest.com",
  },
})
