-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 3.4.6, C only, compiled by TinyCC: it serves to compile itself.
local gcc_346 = lib "gcc_346"

return gcc_346 {
  name = "gcc-stage1",
  summary = "GNU C compiler, compiled by TinyCC",
  languages = "c",
  libc = "musl-1.2.3",
  inputs = { "tcc", "musl", "dash", "binutils-2.16.1", "busybox", "byacc", "make" },
  env = { CC = "tcc", CFLAGS = "-O" },
}
