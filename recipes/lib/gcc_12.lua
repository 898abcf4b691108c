-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 12.2, C and C++. All stages are configured alike and for the same place, so that their
-- bits can be compared. Takes the fields of a recipe but for the build's, and:
--
--   compiler   recipe of the compiler that compiles it
--   optimise   -O0, -O1, …: how the compiler itself is compiled; default: -O1
local build = lib "gcc_user"

local prepare = [[
# Where the C library is.
sed -i 's:PREFIX_1 "/lib/":PREFIX_1 "/opt/boot-hurd/libc/lib/":' gcc/gcc.cc
# Debian took the manual out.
sed -i 's:install-man install-info::' gcc/Makefile.in
]]

return function(package)
  local r = {}
  for k, v in pairs(package) do
    r[k] = v
  end
  local optimise = r.optimise or "-O1"
  r.optimise = nil
  r.version = "12.2.0"
  r.homepage = "https://gcc.gnu.org/"
  r.license = "GPL-3.0-or-later"
  r.sources = {
    { debian "g/gcc-12/gcc-12_12.2.0.orig.tar.gz", as = "gcc", nested = "gcc-12.2.0-dfsg.tar.xz",
      sha256 = "b8298be16aeeb96a889c6afed0a8e2241b47452e89cc81fe65ea849d5c740fcb" },
  }
  r.inputs = { "gmp", "mpfr", "mpc" }
  r.dir = "gcc"
  r.build_dir = "build"
  r.prepare = prepare
  r.prefix = "/opt/boot-hurd/gcc-12.2.0"
  r.env = {
    CXX = "g++", CFLAGS = optimise, CXXFLAGS = optimise,
    CFLAGS_FOR_TARGET = "-O2", CXXFLAGS_FOR_TARGET = "-O1",
  }
  r.configure = {
    "--target=i686-pc-linux-musl",
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--with-mpc=" .. input_path "mpc-1.3.1",
    "--with-as=" .. input_path "binutils-2.40/bin/as", "--with-ld=" .. input_path "binutils-2.40/bin/ld",
    "--with-gnu-as", "--with-gnu-ld",
    "--with-native-system-header-dir=" .. input_path "libc/include",
    "--disable-bootstrap", "--disable-multilib", "--disable-shared", "--disable-nls",
    "--disable-lto", "--disable-plugin", "--disable-libsanitizer", "--disable-libgomp",
    "--disable-libquadmath", "--disable-libssp", "--disable-libvtv", "--disable-libitm",
    "--disable-libatomic", "--without-isl", "--without-zstd", "--disable-libcc1",
    "--disable-libstdcxx-pch", "--disable-libstdcxx-filesystem-ts", "--disable-decimal-float",
    "--disable-analyzer", "--disable-gcov", "--enable-languages=c,c++", "--enable-checking=release",
  }
  r.make = { "-j2", "MAKEINFO=true" }
  r.targets = { { "all-gcc" }, { "all-target-libgcc" }, { "all-target-libstdc++-v3" } }
  r.install = {
    "prefix=" .. out "", "install-gcc", "install-target-libgcc", "install-target-libstdc++-v3",
  }
  r.limits = { time = 6 * 3600 }
  r.pregenerated = {
    "configure", "*/configure", "*/config.in", "*/config.h.in", "Makefile.in", "*/Makefile.in",
    "fixincludes/fixincl.x", "libcpp/generated_cpp_wcwidth.h", "libcpp/ucnid.h",
    "libiberty/crc32.c", "zlib/crc32.h", "zlib/inffixed.h", "gcc/gengtype-lex.cc",
  }
  return build(r)
end
