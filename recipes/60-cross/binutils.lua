-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver for each target.
local build, cross, files = lib "tool", lib "cross", lib "binutils_files"

return cross.each(function(target)
  return build {
    name = "binutils-" .. target.triplet,
    version = "2.40",
    summary = "assembler, linker and archiver for " .. target.triplet,
    homepage = "https://www.gnu.org/software/binutils/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "b/binutils/binutils_2.40.orig.tar.xz", as = "binutils",
        sha256 = "d78c2d2eb24a9be1e02f8854cb1bd435556d7f584fb6bfb6b07e6527d43fc41d" },
    },
    inputs = { "byacc", "flex" },
    dir = "binutils",
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
    pregenerated = files.pregenerated,
    -- Flex makes the scanners again.
    generated_unused = concat(files.generated_unused, { "ld/ldlex.c", "binutils/arlex.c" }),
  }
end)
