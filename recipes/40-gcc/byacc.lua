-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes C of the grammars of binutils and GCC 3.4.6, in place of what their tarballs ship. Its own grammar
-- reader is written by hand.
local script, byacc = lib "script", lib "byacc"

return script(merge(byacc("tcc", "    "), {
  name = "byacc",
  summary = "parser generator, compiled by TinyCC",
  inputs = { "tcc", "musl", "dash", "busybox" },
  shell = "dash",
}))
