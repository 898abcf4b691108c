-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 3.4.6 with libstdc++, compiled by itself for the second time; gcc-fixpoint compares it with the
-- compiler that compiled it.
local gcc_346 = lib "gcc_346"

return gcc_346 {
  name = "gcc",
  summary = "GNU C and C++ compilers, compiled by themselves",
  languages = "c,c++",
  cxx = true,
  inputs = {
    { "gcc-stage2", as = "gcc-boot" }, { "musl-gcc", as = "libc" }, "dash", "binutils-2.16.1",
    "busybox", "byacc", "make",
  },
  env = { CC = "gcc", CFLAGS = "-O1" },
}
