-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The assembler and linker for GCC 10 and newer, compiled by GCC 3.4.6.
local build, files = lib "gnu_build", lib "binutils_files"

return build {
  name = "binutils",
  from = "binutils-2.40",
  toolchain = "gcc-3.4.6",
  summary = "assembler, linker and archiver",
  inputs = { "byacc" },
  build_dir = "build",
  prepare = [[
    # Neither GCC 3.4.6 nor musl tells the byte order by the macros that this header looks for.
    sed -i 's:^#if PLUGIN_BIG_ENDIAN == 1:#define PLUGIN_LITTLE_ENDIAN 1\n&:' include/plugin-api.h
  ]] .. files.regenerate,
  env = { CC = "gcc -std=gnu99", CFLAGS = "-O1" },
  configure = {
    "--target=i686-pc-linux-gnu", "--disable-nls", "--disable-shared", "--disable-werror",
    "--disable-gprofng", "--disable-gprof", "--disable-gdb", "--disable-plugins", "--disable-gold",
    "--enable-deterministic-archives", "--disable-libctf", "--without-zstd", "--without-debuginfod",
  },
  make = { "MAKEINFO=true" },
  limits = { time = 3600 },
  pregenerated = concat(files.pregenerated, files.scanned),
  generated_unused = concat(files.generated_unused, files.tables),
}
