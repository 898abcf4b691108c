-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver. Round 0 is configured as the chain's, for the same machine.
local files = lib "binutils_files"

return lib "toolchain".each("binutils", function(stage)
  return stage.gnu {
    from = "binutils-2.40",
    summary = "assembler, linker and archiver",
    inputs = stage.inputs("m4", "flex"),
    build_dir = "build",
    prepare = files.regenerate .. files.scanners,
    configure = {
      "--target=i686-pc-linux-musl", "--disable-nls", "--disable-shared", "--disable-werror",
      "--disable-gprofng", "--disable-gprof", "--disable-gdb", "--disable-plugins", "--disable-gold",
      "--enable-deterministic-archives", "--disable-libctf", "--without-zstd", "--without-debuginfod",
    },
    make = { "MAKEINFO=true" },
    pregenerated = files.pregenerated,
    generated_unused = concat(files.generated_unused, files.tables, files.scanned),
  }
end)
