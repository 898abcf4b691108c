-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver. Round 0 is configured as the chain's, for the same machine.
local files = lib "binutils_files"

return lib "toolchain".each("binutils", function(stage)
  return stage.gnu {
    version = "2.40",
    from = "binutils-2.40",
    summary = "assembler, linker and archiver",
    build_dir = "build",
    prepare = [[
      # The C of the grammars is made again.
      yacc -d -o ld/ldgram.c ld/ldgram.y
      yacc -d -o binutils/arparse.c binutils/arparse.y
    ]],
    configure = {
      "--target=i686-pc-linux-gnu", "--disable-nls", "--disable-shared", "--disable-werror",
      "--disable-gprofng", "--disable-gprof", "--disable-gdb", "--disable-plugins", "--disable-gold",
      "--enable-deterministic-archives", "--disable-libctf", "--without-zstd", "--without-debuginfod",
    },
    make = { "MAKEINFO=true" },
    pregenerated = concat(files.pregenerated, { "ld/ldlex.c", "binutils/arlex.c" }),
    generated_unused = files.generated_unused,
  }
end)
