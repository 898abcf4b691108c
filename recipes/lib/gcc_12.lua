-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 12.2, C and C++. All stages are configured alike and for the same place, so that their
-- bits can be compared. Takes the fields of a recipe but for the build's, and:
--
--   toolchain  recipe of the compiler that compiles it
local build, newer, files = lib "gnu_build", lib "gcc_newer", lib "gcc_files".gcc_12

local prepare = [[
# Where the C library is.
sed -i 's:PREFIX_1 "/lib/":PREFIX_1 "/opt/boot-hurd/libc/lib/":' gcc/gcc.cc
# Debian took the manual out.
sed -i 's:install-man install-info::' gcc/Makefile.in
]]

return function(package)
  local r = merge(package)
  r.version = "12.2.0"
  r.homepage = "https://gcc.gnu.org/"
  r.license = "GPL-3.0-or-later"
  r.sources = { newer.gcc_12 }
  r.inputs = { "gmp", "mpfr", "mpc" }
  r.dir = "gcc"
  r.build_dir = "build"
  r.prepare = prepare
  r.prefix = "/opt/boot-hurd/gcc-12.2.0"
  r.env = {
    CXX = "g++", CFLAGS = "-O1", CXXFLAGS = "-O1",
    CFLAGS_FOR_TARGET = "-O2", CXXFLAGS_FOR_TARGET = "-O1",
  }
  r.configure = concat(newer.configure, {
    "--without-zstd", "--disable-libcc1", "--disable-libstdcxx-pch", "--disable-libstdcxx-filesystem-ts",
    "--disable-decimal-float", "--disable-analyzer", "--disable-gcov", "--enable-languages=c,c++",
    "--enable-checking=release",
  })
  r.make = { "MAKEINFO=true" }
  r.targets = { { "all-gcc" }, { "all-target-libgcc" }, { "all-target-libstdc++-v3" } }
  r.install = {
    "prefix=" .. out "", "install-gcc", "install-target-libgcc", "install-target-libstdc++-v3",
  }
  r.limits = { time = 6 * 3600 }
  r.pregenerated = concat(files.pregenerated, { "gcc/gengtype-lex.cc" })
  r.generated_unused = files.unused
  return build(r)
end
