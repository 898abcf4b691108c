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
    prepare = files.regenerate .. files.scanners,
    configure = {
      "--target=" .. target.triplet, "--with-sysroot=" .. cross.sysroot(target),
      "--disable-nls", "--disable-shared", "--disable-werror", "--disable-gprofng", "--disable-gprof",
      "--disable-gdb", "--disable-plugins", "--disable-gold", "--enable-deterministic-archives",
      "--disable-libctf", "--without-zstd", "--without-debuginfod",
    },
    make = { "MAKEINFO=true" },
    finish = "$out/bin/" .. target.triplet .. "-ld -V | grep " .. target.emulation,
    pregenerated = files.pregenerated,
    generated_unused = concat(files.generated_unused, files.tables, files.scanned),
  }
end)
