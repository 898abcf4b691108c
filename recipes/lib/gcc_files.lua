-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The generated files of GCC 10.2 and 12.2. pregenerated: those that a build of the C and C++ compilers, libgcc
-- and libstdc++ takes on trust; unused: those of other languages, targets, libraries, of tests and manuals.
-- gcc_12_again is for builds that have flex and make scanner and tables again, by the shell text regenerate.
--
-- What stays on trust there beside the files of autoconf and automake has no generator here, or not its data:
-- fixincl.x (autogen), cfns.h (gperf), ucnid.h (two files of the Unicode Consortium are not in the tarball),
-- generated_cpp_wcwidth.h (Python, which comes later), decDPD.h and d2s_full_table.h (their programs are not
-- published with them).
local regenerate = lib "regenerate"
local M = {}

local tables = { "libiberty/crc32.c", "zlib/*.h" }

local common = {
  "configure", "Makefile.in", "ltmain.sh",
  "fixincludes/configure", "fixincludes/config.h.in", "fixincludes/fixincl.x",
  "gcc/configure", "gcc/config.in", "gcc/cp/cfns.h",
  "intl/configure", "intl/config.h.in",
  "libbacktrace/configure", "libbacktrace/config.h.in", "libbacktrace/Makefile.in",
  "libcpp/configure", "libcpp/config.in", "libcpp/generated_cpp_wcwidth.h", "libcpp/ucnid.h",
  "libdecnumber/configure", "libdecnumber/config.in", "libdecnumber/decDPD.h",
  "libgcc/configure", "libgcc/config.in",
  "libiberty/configure", "libiberty/config.in",
  "libstdc++-v3/configure", "libstdc++-v3/config.h.in", "libstdc++-v3/*Makefile.in",
  "zlib/configure", "zlib/Makefile.in",
}

local unused = {
  "*/aclocal.m4", "ltversion.m4", "*.gmo", "*/testsuite/*", "fixincludes/tests/*", "gcc/doc/*",
  "intl/plural.c", "libiberty/functions.texi", "libstdc++-v3/doc/*", "zlib/contrib/*", "gcc/config/*",
  "libgcc/config/*",
  "gnattools/*", "gotools/*", "libada/*", "libatomic/*", "libcc1/*", "libffi/*", "libgfortran/*", "libgo/*",
  "libgomp/*", "libitm/*", "libobjc/*", "liboffloadmic/*", "libphobos/*", "libquadmath/*", "libsanitizer/*",
  "libssp/*", "libvtv/*", "lto-plugin/*",
}

local common_12 = concat(common, {
  "c++tools/configure", "c++tools/config.h.in", "libcody/configure", "libcody/config.h.in",
  "libstdc++-v3/src/c++17/ryu/d2s_full_table.h", "libstdc++-v3/src/libbacktrace/config.h.in",
})

M.gcc_10 = {
  pregenerated = concat(common, tables, { "gcc/gengtype-lex.c" }),
  unused = concat(unused, { "libhsail-rt/*" }),
}
M.gcc_12 = { pregenerated = concat(common_12, tables, { "gcc/gengtype-lex.cc" }), unused = unused }
M.gcc_12_again = {
  pregenerated = common_12,
  unused = concat(unused, tables, { "gcc/gengtype-lex.cc" }),
  regenerate = regenerate.scanners "gcc/gengtype-lex" .. "mv gcc/gengtype-lex.c gcc/gengtype-lex.cc\n"
    .. regenerate.crc32 .. regenerate.zlib_1_2_11,
}

-- All of them by the row of lib "upstream", for recipes that only take test programs.
M.all = {
  ["gcc-10.2.0"] = concat(M.gcc_10.pregenerated, M.gcc_10.unused),
  ["gcc-12.2.0"] = concat(M.gcc_12.pregenerated, M.gcc_12.unused),
}

return M
