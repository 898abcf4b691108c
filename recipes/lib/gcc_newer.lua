-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What recipes of GCC 10 and newer have in common: where the sources are, how configure is told of the
-- libraries, the assembler and the C library, and what is left out. A configure list goes on with the
-- options that only one version has, and ends with the languages.
local M = {
  gcc_10 = {
    debian "g/gcc-10/gcc-10_10.2.1.orig.tar.xz", as = "gcc", nested = "gcc-10.2.0-dfsg.tar.xz",
    sha256 = "ea3c05faa381486e6b859c047dc14977418bf1ccda4567064e016493fd6fffec",
  },
  gcc_12 = {
    debian "g/gcc-12/gcc-12_12.2.0.orig.tar.gz", as = "gcc", nested = "gcc-12.2.0-dfsg.tar.xz",
    sha256 = "b8298be16aeeb96a889c6afed0a8e2241b47452e89cc81fe65ea849d5c740fcb",
  },
}

-- AT(PART) is the name of the input that is PART: gmp, mpfr, mpc, binutils, musl.
function M.configure_at(at)
  return {
    "--target=i686-pc-linux-musl",
    "--with-gmp=" .. input_path(at "gmp"), "--with-mpfr=" .. input_path(at "mpfr"),
    "--with-mpc=" .. input_path(at "mpc"),
    "--with-as=" .. input_path(at "binutils" .. "/bin/as"),
    "--with-ld=" .. input_path(at "binutils" .. "/bin/ld"),
    "--with-gnu-as", "--with-gnu-ld",
    "--with-native-system-header-dir=" .. input_path(at "musl" .. "/include"),
    "--disable-bootstrap", "--disable-multilib", "--disable-shared", "--disable-nls",
    "--disable-lto", "--disable-plugin", "--disable-libsanitizer", "--disable-libgomp",
    "--disable-libquadmath", "--disable-libssp", "--disable-libvtv", "--disable-libitm",
    "--disable-libatomic", "--without-isl",
  }
end

local names = {
  gmp = "gmp-6.2.1", mpfr = "mpfr-4.2.0", mpc = "mpc-1.3.1", binutils = "binutils-2.40", musl = "libc",
}

M.configure = M.configure_at(function(part)
  return names[part]
end)

-- What GCC 12 only has.
M.configure_12 = {
  "--without-zstd", "--disable-libcc1", "--disable-libstdcxx-pch", "--disable-libstdcxx-filesystem-ts",
  "--disable-decimal-float", "--disable-analyzer", "--disable-gcov", "--enable-languages=c,c++",
  "--enable-checking=release",
}

-- Shell text that readies the source of GCC 12 for a C library at the place LIBC.
function M.prepare_12(libc)
  return [[
# Where the C library is.
sed -i 's:PREFIX_1 "/lib/":PREFIX_1 "]] .. libc .. [[/lib/":' gcc/gcc.cc
# Debian took the manual out.
sed -i 's:install-man install-info::' gcc/Makefile.in
]]
end

-- How its libraries are compiled, in every stage: so that a compiler holds the same code of them, whichever
-- stage compiled it.
M.target_flags = { CFLAGS_FOR_TARGET = "-O2", CXXFLAGS_FOR_TARGET = "-O1" }
M.targets_12 = { { "all-gcc" }, { "all-target-libgcc" }, { "all-target-libstdc++-v3" } }
M.install_12 = { "install-gcc", "install-target-libgcc", "install-target-libstdc++-v3" }

return M
