-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes C of the grammars of binutils and GCC 3.4.6, in place of what their tarballs ship. Its own grammar
-- reader is written by hand. There are few enough files to do without its configure script.
local script, byacc = lib "script", lib "byacc"

return script {
  name = "byacc",
  version = "2.0.20221106",
  summary = "parser generator, compiled by TinyCC",
  homepage = "https://invisible-island.net/byacc/",
  license = "public-domain",
  sources = {
    byacc.source,
    text("config.h", byacc.config),
  },
  inputs = { "tcc", "musl", "dash", "busybox" },
  dirs = { "bin" },
  shell = "dash",
  dir = "byacc",
  text = [[
    cp ../config.h .
    # The frame of the parsers, as C; it is shipped made, too.
    awk -f skel2c yaccpar.skel >yaccpar.c
    set --
    for file in closure error graph lalr lr0 main mkpar mstring output reader symtab verbose warshall yaccpar; do
      set -- "$@" $file.c
    done
    tcc -DHAVE_CONFIG_H -DYYPATCH=20221106 -D_GNU_SOURCE -I. -o $out/bin/yacc "$@"
  ]],
  generated_unused = {
    "configure", "config_h.in", "*par.c", "*par.skel", "test/*",
  },
}
