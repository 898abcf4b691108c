-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 12.2 for TARGET, a row of lib "cross", C and C++ unless its targets say otherwise. Takes the
-- fields of a recipe but for the build's; its configure list goes on with the options that one stage only has.
local build, cross, gcc, files = lib "tool", lib "cross", lib "gcc_newer", lib "gcc_files".gcc_12_again

local prepare = [[
# Debian took the manual out.
sed -i 's:install-man install-info::' gcc/Makefile.in
]] .. files.regenerate

return function(target, package)
  local r = merge(gcc.gcc_12_again, package)
  local tool = input_path(target.binutils .. "/bin/" .. target.triplet .. "-")
  r.inputs = concat(r.inputs, { "gmp", "mpfr", "mpc", "flex", target.binutils })
  r.prepare = prepare .. (r.prepare or "")
  r.env = {
    CXX = "g++", CXXFLAGS = "-O2", CFLAGS_FOR_TARGET = "-O2", CXXFLAGS_FOR_TARGET = "-O2",
  }
  r.configure = concat({
    "--target=" .. target.triplet, "--with-sysroot=" .. cross.sysroot(target),
    "--with-native-system-header-dir=/include",
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--with-mpc=" .. input_path "mpc-1.3.1",
    "--with-as=" .. tool .. "as", "--with-ld=" .. tool .. "ld", "--with-gnu-as", "--with-gnu-ld",
    "--disable-bootstrap", "--disable-multilib", "--disable-nls", "--disable-lto", "--disable-plugin",
    "--disable-libsanitizer", "--disable-libgomp", "--disable-libquadmath", "--disable-libssp",
    "--disable-libvtv", "--disable-libitm", "--disable-libatomic", "--disable-libcc1", "--without-isl",
    "--without-zstd", "--disable-decimal-float", "--disable-analyzer", "--disable-gcov",
    "--enable-checking=release",
  }, r.configure)
  r.limits = { time = 2 * 3600 }
  return build(r)
end
