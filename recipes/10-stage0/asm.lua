-- SPDX-License-Identifier: GPL-3.0-or-later
return recipe {
  name = "asm",
  version = "1",
  summary = "assembler whose source text defines its instructions",
  license = "GPL-3.0-or-later",
  sources = { { tree "../../bootstrap/i386", as = "i386" } },
  inputs = { "hex0" },
  dirs = { "bin" },
  steps = { { "hex0", "i386/asm.hex0", out "bin/asm" } },
}
