-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- binutils 2.40: assembler, linker and archiver of an ELF target for the i386. What byacc and its own programs can
-- make of the generated files is made again; so byacc is among the inputs. Returns two functions from a recipe's
-- fields, and target, the machine that is assembled for, to the fields that gnu_build and what stands on it take:
--
--   by_byacc   C of scanners is taken on trust
--   by_flex    flex, an input, makes it
local regenerate = lib "regenerate"

-- What every build takes on trust, and what none uses.
local pregenerated = {
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
}
local unused = {
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
}

-- C that flex makes, and tables that the texts of lib "regenerate" make.
local scanned = { "ld/ldlex.c", "binutils/arlex.c", "binutils/syslex.c" }
local tables = {
  "binutils/sysinfo.[ch]", "bfd/bfd-in2.h", "bfd/libbfd.h", "bfd/libcoff.h", "opcodes/i386-init.h",
  "opcodes/i386-tbl.h", "libiberty/crc32.c", "zlib/*.h",
}

local again = regenerate.parsers "ld/ldgram binutils/arparse binutils/sysinfo"
  .. regenerate.bfd .. regenerate.i386 .. regenerate.crc32 .. regenerate.zlib_1_2_12
local scanners = regenerate.scanners "ld/ldlex binutils/arlex binutils/syslex"

local function build(package, prepare)
  local r = merge({ from = "binutils-2.40", build_dir = "build", make = { "MAKEINFO=true" } }, package)
  r.target = nil
  r.prepare = (r.prepare or "") .. prepare
  r.configure = concat({ "--target=" .. package.target }, r.configure, {
    "--disable-nls", "--disable-shared", "--disable-werror", "--disable-gprofng", "--disable-gprof", "--disable-gdb",
    "--disable-plugins", "--disable-gold", "--enable-deterministic-archives", "--disable-libctf", "--without-zstd",
    "--without-debuginfod",
  })
  return r
end

local M = {}

function M.by_byacc(package)
  return merge(build(package, again), {
    pregenerated = concat(pregenerated, scanned), generated_unused = concat(unused, tables),
  })
end

function M.by_flex(package)
  return merge(build(package, again .. scanners), {
    pregenerated = pregenerated, generated_unused = concat(unused, tables, scanned),
  })
end

return M
