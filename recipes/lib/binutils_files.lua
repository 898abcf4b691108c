-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The generated files of binutils 2.40, for the recipes that build assembler, linker and archiver of an ELF
-- target for the i386:
--
--   regenerate        shell text that makes again what byacc and its own programs can make
--   scanners          the same for flex
--   tables, scanned   the files that these make: on trust where they are not run
--   pregenerated      what every build takes on trust
--   generated_unused  what none uses
local regenerate = lib "regenerate"

return {
  regenerate = regenerate.parsers "ld/ldgram binutils/arparse binutils/sysinfo"
    .. regenerate.bfd .. regenerate.i386 .. regenerate.crc32 .. regenerate.zlib_1_2_12,
  scanners = regenerate.scanners "ld/ldlex binutils/arlex binutils/syslex",
  scanned = { "ld/ldlex.c", "binutils/arlex.c", "binutils/syslex.c" },
  tables = {
    "binutils/sysinfo.[ch]", "bfd/bfd-in2.h", "bfd/libbfd.h", "bfd/libcoff.h", "opcodes/i386-init.h", "opcodes/i386-tbl.h",
    "libiberty/crc32.c", "zlib/*.h",
  },
  pregenerated = {
    "configure", "Makefile.in", "ltmain.sh",
    "bfd/configure", "bfd/Makefile.in", "bfd/config.in",
    "binutils/configure", "binutils/Makefile.in", "binutils/config.in",
    "etc/configure", "etc/Makefile.in",
    "gas/configure", "gas/Makefile.in", "gas/config.in",
    "intl/configure", "intl/config.h.in",
    "ld/configure", "ld/Makefile.in", "ld/config.in",
    "libiberty/configure", "libiberty/config.in",
    "libsframe/configure", "libsframe/Makefile.in", "libsframe/config.h.in",
    "opcodes/configure", "opcodes/Makefile.in", "opcodes/config.in",
    "zlib/configure", "zlib/Makefile.in",
  },
  generated_unused = {
    -- For autoconf, people and tests.
    "*/aclocal.m4", "ltversion.m4", "config/jobserver.m4", "*.gmo", "*.1", "*.info", "binutils/doc/*",
    "libiberty/functions.texi", "*/testsuite/*",
    -- Programs that are switched off.
    "gold/*", "gprof/*", "gprofng/*", "intl/plural.c", "libctf/*", "zlib/contrib/*",
    -- Other targets; files of Windows.
    "gas/config/*", "gas/itbl-*", "opcodes/*.c", "opcodes/*-desc.h", "opcodes/*-opc.h", "ld/deffilep.[ch]",
    "binutils/def*.[ch]", "binutils/mcparse.[ch]", "binutils/rcparse.[ch]",
    -- Byacc makes them again.
    "ld/ldgram.[ch]", "binutils/arparse.[ch]",
  },
}
