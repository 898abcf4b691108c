-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The generated files of binutils 2.40, for the recipes that build assembler, linker and archiver of an ELF
-- target for the i386 with byacc: what the build takes on trust, and what it does not use.
return {
  pregenerated = {
    "configure", "Makefile.in", "ltmain.sh",
    "bfd/configure", "bfd/Makefile.in", "bfd/config.in", "bfd/bfd-in2.h", "bfd/libbfd.h", "bfd/libcoff.h",
    "binutils/configure", "binutils/Makefile.in", "binutils/config.in", "binutils/sysinfo.[ch]", "binutils/syslex.c",
    "etc/configure", "etc/Makefile.in",
    "gas/configure", "gas/Makefile.in", "gas/config.in",
    "intl/configure", "intl/config.h.in", "intl/plural.c",
    "ld/configure", "ld/Makefile.in", "ld/config.in",
    "libiberty/configure", "libiberty/config.in", "libiberty/crc32.c",
    "libsframe/configure", "libsframe/Makefile.in", "libsframe/config.h.in",
    "opcodes/configure", "opcodes/Makefile.in", "opcodes/config.in", "opcodes/i386-init.h", "opcodes/i386-tbl.h",
    "zlib/configure", "zlib/Makefile.in", "zlib/*.h",
  },
  generated_unused = {
    -- For autoconf, people and tests.
    "*/aclocal.m4", "ltversion.m4", "config/jobserver.m4", "*.gmo", "*.1", "*.info", "binutils/doc/*",
    "libiberty/functions.texi", "*/testsuite/*",
    -- Programs that are switched off.
    "gold/*", "gprof/*", "gprofng/*", "libctf/*", "zlib/contrib/*",
    -- Other targets; files of Windows.
    "gas/config/*", "gas/itbl-*", "opcodes/*.c", "opcodes/*-desc.h", "opcodes/*-opc.h", "ld/deffilep.[ch]",
    "binutils/def*.[ch]", "binutils/mcparse.[ch]", "binutils/rcparse.[ch]",
    -- Byacc makes them again.
    "ld/ldgram.[ch]", "binutils/arparse.[ch]",
  },
}
