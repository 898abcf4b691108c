-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "patch",
  version = "2.7.6",
  summary = "applies patches; busybox's lacks the option that GNU Mach's configure gives it",
  homepage = "https://www.gnu.org/software/patch/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "p/patch/patch_2.7.6.orig.tar.xz", as = "patch",
      sha256 = "ac610bda97abe0d9f6b7c963255a11dcb196c25e337c61f94e4778d632f1d8fd" },
  },
  inputs = { "m4", "bison" },
  prepare = "bison -o lib/parse-datetime.c lib/parse-datetime.y",
  configure = { "--disable-xattr" },
  finish = [[
    cd /tmp
    printf 'from\n1\n2\n3\n' >file
    printf '%s\n' '--- file' '+++ file' '@@ -1,3 +1,3 @@' '-from' '+to' ' 1' ' 2' | $out/bin/patch -f
    test "$(head -n 1 file)" = to
  ]],
  pregenerated = {
    "configure", "config.hin", "Makefile.in", "*/Makefile.in", "aclocal.m4", "lib/gnulib.mk",
    "m4/gnulib-comp.m4",
  },
  generated_unused = {
    "lib/parse-datetime.c",
  },
}
