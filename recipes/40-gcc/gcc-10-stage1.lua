-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 10.2 compiled by GCC 3.4.6 in one step: 10 is the last series that a C++98 compiler builds.
local build, gcc = lib "gnu_build", lib "gcc_newer"

return build(merge(gcc.gcc_10, {
  name = "gcc-10-stage1",
  toolchain = "gcc-3.4.6",
  summary = "GNU C and C++ compilers, compiled by GCC 3.4.6",
  inputs = { "gmp", "mpfr", "mpc", "binutils-2.40" },
  prepare = [[
    # Neither GCC 3.4.6 nor musl tells the byte order by the macros that this header looks for.
    sed -i 's:^#if PLUGIN_BIG_ENDIAN == 1:#define PLUGIN_LITTLE_ENDIAN 1\n&:' include/plugin-api.h
    # Where the C library is.
    sed -i 's:PREFIX_1 "/lib/":PREFIX_1 "/opt/boot-hurd/libc/lib/":' gcc/gcc.c
    # Debian took the manual out.
    sed -i 's:install-man install-info::' gcc/Makefile.in
    # Sets of processor features are joined by inline operators, many deep in one expression. The time that
    # GCC 3.4.6 takes for them doubles with each.
    echo 'CFLAGS-i386-common.o += -fno-inline' >>gcc/Makefile.in
  ]],
  env = { CC = "gcc -std=gnu99", CXX = "g++", CFLAGS = "-O1", CXXFLAGS = "-O1" },
  configure = concat({ "--build=i686-pc-linux-musl", "--host=i686-pc-linux-musl" }, gcc.configure, gcc.configure_10),
  limits = { time = 4 * 3600 },
}))
