-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The root of everything: the seed, given its own annotated source, makes itself.
return recipe {
  name = "hex0",
  version = "1",
  summary = "the seed, made by the seed from its own source",
  license = "GPL-3.0-or-later",
  sources = { { tree "../../bootstrap/i386", as = "i386" } },
  dirs = { "bin" },
  steps = { { "i386/hex0", "i386/hex0.hex0", out "bin/hex0" } },
}
