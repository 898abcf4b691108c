-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Tries what our changes to TinyCC are for. The members are found by weak symbols alone.
return recipe {
  name = "tcc-edits-test",
  summary = "our changes to TinyCC, tried",
  license = "GPL-3.0-or-later",
  sources = { file "tcc-edits-main.c", file "tcc-edits-part.c" },
  inputs = { "tcc", "musl" },
  dirs = { "bin" },
  limits = { time = 60 },
  steps = {
    { "tcc", "-c", "-o", "part.o", "tcc-edits-part.c" },
    { "tcc", "-ar", "rc", "libpart.a", "part.o" },
    { "tcc", "-o", out "bin/tcc-edits-test", "tcc-edits-main.c", "libpart.a" },
    { out "bin/tcc-edits-test", stdout = out "report" },
  },
}
