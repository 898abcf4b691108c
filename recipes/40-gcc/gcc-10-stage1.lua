-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 10.2 compiled by GCC 3.4.6 in one step: 10 is the last series that a C++98 compiler builds. Not
-- optimised, to save time here: it is there to compile itself.
local build = lib "gcc_346_user"

return build {
  name = "gcc-10-stage1",
  version = "10.2.0",
  summary = "GNU C and C++ compilers, compiled by GCC 3.4.6",
  homepage = "https://gcc.gnu.org/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "g/gcc-10/gcc-10_10.2.1.orig.tar.xz", as = "gcc", nested = "gcc-10.2.0-dfsg.tar.xz",
      sha256 = "ea3c05faa381486e6b859c047dc14977418bf1ccda4567064e016493fd6fffec" },
  },
  inputs = { "gmp", "mpfr", "mpc", "binutils-2.40" },
  dir = "gcc",
  build_dir = "build",
  prepare = [[
    # Neither GCC 3.4.6 nor musl tells the byte order by the macros that this header looks for.
    sed -i 's:^#if PLUGIN_BIG_ENDIAN == 1:#define PLUGIN_LITTLE_ENDIAN 1\n&:' include/plugin-api.h
    # Where the C library is.
    sed -i 's:PREFIX_1 "/lib/":PREFIX_1 "/opt/boot-hurd/libc/lib/":' gcc/gcc.c
    # Debian took the manual out.
    sed -i 's:install-man install-info::' gcc/Makefile.in
  ]],
  env = { CC = "gcc -std=gnu99", CXX = "g++", CFLAGS = "-O1", CXXFLAGS = "-O0" },
  configure = {
    "--build=i686-pc-linux-musl", "--host=i686-pc-linux-musl", "--target=i686-pc-linux-musl",
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--with-mpc=" .. input_path "mpc-1.3.1",
    "--with-as=" .. input_path "binutils-2.40/bin/as", "--with-ld=" .. input_path "binutils-2.40/bin/ld",
    "--with-gnu-as", "--with-gnu-ld",
    "--with-native-system-header-dir=" .. input_path "libc/include",
    "--disable-bootstrap", "--disable-multilib", "--disable-shared", "--disable-nls",
    "--disable-lto", "--disable-plugin", "--disable-libsanitizer", "--disable-libgomp",
    "--disable-libquadmath", "--disable-libssp", "--disable-libvtv", "--disable-libitm",
    "--disable-libatomic", "--without-isl", "--disable-libcc1", "--disable-libstdcxx-pch",
    "--enable-languages=c,c++", "--enable-checking=release",
  },
  make = { "MAKEINFO=true" },
  targets = { { "all-gcc" }, { "all-target-libgcc" }, { "all-target-libstdc++-v3" } },
  install = { "install-gcc", "install-target-libgcc", "install-target-libstdc++-v3" },
  limits = { time = 4 * 3600 },
  pregenerated = {
    "configure", "*/configure", "*/config.in", "*/config.h.in", "Makefile.in", "*/Makefile.in",
    "fixincludes/fixincl.x", "libcpp/generated_cpp_wcwidth.h", "libcpp/ucnid.h",
    "libiberty/crc32.c", "zlib/crc32.h", "zlib/inffixed.h", "gcc/gengtype-lex.c",
  },
}
