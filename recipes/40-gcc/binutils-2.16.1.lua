-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler and linker for GCC 3.4.6, compiled by TinyCC.
local gnu_build = lib "gnu_build"

return gnu_build {
  name = "binutils",
  from = "binutils-2.16.1",
  toolchain = "tcc",
  summary = "assembler, linker and archiver, compiled by TinyCC",
  inputs = { "byacc" },
  -- Archives must not tell when and by whom they were made; this ar has no option for it.
  prepare = [[
    sed -i -e 's:(long) status\.st_[mug][a-z]*):0L):' \
      -e 's:(unsigned int) status.st_mode):0100644):' \
      -e 's:(long) time (NULL)):0L):' bfd/archive.c
    touch -r bfd/configure bfd/archive.c
    # The C of the grammars is made anew.
    yacc -d -o ld/ldgram.c ld/ldgram.y
    yacc -d -o binutils/arparse.c binutils/arparse.y
  ]],
  env = { CFLAGS = "-O" },
  configure = { "--target=i686-pc-linux-gnu", "--disable-nls", "--disable-shared", "--disable-werror" },
  make = { "MAKEINFO=true", "AR=tcc -ar", "RANLIB=true" },
  targets = { { "all-binutils", "all-gas", "all-ld" } },
  install = { "install-binutils", "install-gas", "install-ld" },
  limits = { time = 3600 },
}
