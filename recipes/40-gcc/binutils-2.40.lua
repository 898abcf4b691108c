-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The assembler and linker for GCC 10 and newer, compiled by GCC 3.4.6.
local build, binutils = lib "gnu_build", lib "binutils_240"

return build(binutils.by_byacc {
  name = "binutils",
  toolchain = "gcc-3.4.6",
  summary = "assembler, linker and archiver",
  inputs = { "byacc" },
  target = "i686-pc-linux-gnu",
  prepare = [[
    # Neither GCC 3.4.6 nor musl tells the byte order by the macros that this header looks for.
    sed -i 's:^#if PLUGIN_BIG_ENDIAN == 1:#define PLUGIN_LITTLE_ENDIAN 1\n&:' include/plugin-api.h
  ]],
  env = { CC = "gcc -std=gnu99", CFLAGS = "-O1" },
  limits = { time = 3600 },
})
