-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver for each target.
local build, cross, files = lib "tool", lib "cross", lib "binutils_files"

return cross.each(function(target)
  return build {
    name = "binutils-" .. target.triplet,
    from = "binutils-2.40",
    summary = "assembler, linker and archiver for " .. target.triplet,
    inputs = { "byacc", "flex" },
    build_dir = "build",
    prepare = [[
      # The C of the grammars and scanners is made again.
      yacc -d -o ld/ldgram.c ld/ldgram.y
      yacc -d -o binutils/arparse.c binutils/arparse.y
      flex -o ld/ldlex.c ld/ldlex.l
      flex -o binutils/arlex.c binutils/arlex.l
    ]],
    configure = {
      "--target=" .. target.triplet, "--with-sysroot=" .. cross.sysroot(target),
      "--disable-nls", "--disable-shared", "--disable-werror", "--disable-gprofng", "--disable-gprof",
      "--disable-gdb", "--disable-plugins", "--disable-gold", "--enable-deterministic-archives",
      "--disable-libctf", "--without-zstd", "--without-debuginfod",
    },
    make = { "MAKEINFO=true" },
    finish = "$out/bin/" .. target.triplet .. "-ld -V | grep " .. target.emulation,
    pregenerated = concat(files.pregenerated, files.tables, { "binutils/syslex.c" }),
    -- Flex makes the scanners again.
    generated_unused = concat(files.generated_unused, { "ld/ldlex.c", "binutils/arlex.c" }),
  }
end)
