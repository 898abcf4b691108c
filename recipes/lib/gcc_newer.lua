-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What recipes of GCC 10 and newer have in common: how configure is told of the libraries, the assembler and the
-- C library, what is left out, and what make is run for. A configure list goes on with the options that only one
-- version has, and ends with the languages.
local files = lib "gcc_files"
local M = {}

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

M.configure_10 = {
  "--disable-libcc1", "--disable-libstdcxx-pch", "--enable-languages=c,c++", "--enable-checking=release",
}
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

-- Fields of recipes for both compilers, libgcc and libstdc++: by gnu_build and what stands on it.
M.gcc_10 = {
  from = "gcc-10.2.0",
  build_dir = "build",
  make = { "MAKEINFO=true" },
  targets = { { "all-gcc" }, { "all-target-libgcc" }, { "all-target-libstdc++-v3" } },
  install = { "install-gcc", "install-target-libgcc", "install-target-libstdc++-v3" },
}
M.gcc_12 = merge(M.gcc_10, { from = "gcc-12.2.0" })
-- The same where flex is an input, and the shell text lib "gcc_files".gcc_12_again.regenerate is run.
M.gcc_12_again = merge(M.gcc_12, {
  pregenerated = files.gcc_12_again.pregenerated, generated_unused = files.gcc_12_again.unused,
})

return M
