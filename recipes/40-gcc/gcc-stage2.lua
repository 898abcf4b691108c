-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 3.4.6, C and C++, compiled by the one that TinyCC compiled.
local gcc_346 = lib "gcc_346"

return gcc_346 {
  name = "gcc-stage2",
  summary = "GNU C compiler, compiled by itself",
  languages = "c,c++",
  inputs = {
    { "gcc-stage1", as = "gcc-boot" }, { "musl-gcc", as = "libc" }, "dash", "binutils-2.16.1",
    "busybox", "byacc", "make",
  },
  env = { CC = "gcc", CFLAGS = "-O1" },
}
