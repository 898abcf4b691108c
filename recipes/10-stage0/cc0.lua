-- SPDX-License-Identifier: GPL-3.0-or-later
return recipe {
  name = "cc0",
  version = "1",
  summary = "compiler for a small part of C, in assembly",
  license = "GPL-3.0-or-later",
  sources = { { tree "../../bootstrap/i386", as = "i386" } },
  inputs = { "asm" },
  dirs = { "bin" },
  steps = { { "asm", out "bin/cc0", "i386/i386.def", "i386/cc0.def", "i386/cc0.M1" } },
}
