-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A C compiler that runs in the image, and compiles for it: the system can build programs.
local script, target = lib "script", lib "cross".targets[1]

return script {
  name = "hurd-tcc",
  version = "0.9.27",
  summary = "C compiler, for the Hurd",
  homepage = "https://bellard.org/tcc/",
  license = "LGPL-2.1-or-later",
  sources = {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
      sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" },
    { file "hurd-tcc.patch", as = "patch" },
  },
  inputs = { target.gcc_stage1, target.binutils, target.sysroot, "stage0-patch", "dash", "busybox" },
  shell = "dash",
  dirs = { "bin", "lib", "lib/tcc" },
  args = { target.triplet },
  text = [[
    /opt/boot-hurd/stage0-patch-1/bin/patch tcc patch
    cd tcc
    : >config.h
    $1-gcc -O2 -w -DONE_SOURCE=1 -DTCC_TARGET_I386=1 -DTCC_VERSION='"0.9.27"' -DCONFIG_TCCDIR='"/lib/tcc"' \
      -DCONFIG_TCC_SYSINCLUDEPATHS='"{B}/include:/include"' -DCONFIG_TCC_LIBPATHS='"/lib"' \
      -DCONFIG_TCC_CRTPREFIX='"/lib"' -o $out/bin/tcc tcc.c -lm -ldl -lpthread
    cp -r include $out/lib/tcc/include
    $1-gcc -O2 -c lib/libtcc1.c lib/alloca86.S
    $1-ar rcs $out/lib/tcc/libtcc1.a libtcc1.o alloca86.o
  ]],
}
