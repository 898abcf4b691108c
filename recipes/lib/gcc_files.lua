-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The generated files of GCC 10.2 and 12.2. pregenerated: those that a build of the C and C++ compilers, libgcc
-- and libstdc++ takes on trust; unused: those of other languages, targets, libraries, of tests and manuals.
-- Not in either list is the scanner gengtype-lex, which some builds make again.
local M = {}

local common = {
  "configure", "Makefile.in", "ltmain.sh",
  "fixincludes/configure", "fixincludes/config.h.in", "fixincludes/fixincl.x",
  "gcc/configure", "gcc/config.in", "gcc/cp/cfns.h",
  "intl/configure", "intl/config.h.in", "intl/plural.c",
  "libbacktrace/configure", "libbacktrace/config.h.in", "libbacktrace/Makefile.in",
  "libcpp/configure", "libcpp/config.in", "libcpp/generated_cpp_wcwidth.h", "libcpp/ucnid.h",
  "libdecnumber/configure", "libdecnumber/config.in", "libdecnumber/decDPD.h",
  "libgcc/configure", "libgcc/config.in",
  "libiberty/configure", "libiberty/config.in", "libiberty/crc32.c",
  "libstdc++-v3/configure", "libstdc++-v3/config.h.in", "libstdc++-v3/*Makefile.in",
  "zlib/configure", "zlib/Makefile.in", "zlib/*.h",
}

local unused = {
  "*/aclocal.m4", "ltversion.m4", "*.gmo", "*/testsuite/*", "fixincludes/tests/*", "gcc/doc/*",
  "libiberty/functions.texi", "libstdc++-v3/doc/*", "zlib/contrib/*", "gcc/config/*", "libgcc/config/*",
  "gnattools/*", "gotools/*", "libada/*", "libatomic/*", "libcc1/*", "libffi/*", "libgfortran/*", "libgo/*",
  "libgomp/*", "libitm/*", "libobjc/*", "liboffloadmic/*", "libphobos/*", "libquadmath/*", "libsanitizer/*",
  "libssp/*", "libvtv/*", "lto-plugin/*",
}

M.gcc_10 = { pregenerated = common, unused = concat(unused, { "libhsail-rt/*" }) }
M.gcc_12 = {
  pregenerated = concat(common, {
    "c++tools/configure", "c++tools/config.h.in", "libcody/configure", "libcody/config.h.in",
    "libstdc++-v3/src/c++17/ryu/d2s_full_table.h", "libstdc++-v3/src/libbacktrace/config.h.in",
  }),
  unused = unused,
}

-- All of them, for recipes that only take test programs.
function M.none(files, scanner)
  return concat(files.pregenerated, files.unused, { scanner })
end

return M
