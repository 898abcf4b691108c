-- SPDX-License-Identifier: GPL-3.0-or-later
local byacc = lib "byacc"

return lib "toolchain".each("byacc", function(stage)
  return stage.script {
    version = "2.0.20221106",
    summary = "parser generator",
    homepage = "https://invisible-island.net/byacc/",
    license = "public-domain",
    sources = { byacc.source, text("config.h", byacc.config) },
    dirs = { "bin" },
    text = [[
      cp ../config.h .
      # The frame of the parsers, as C; it is shipped made, too.
      awk -f skel2c yaccpar.skel >yaccpar.c
      set --
      for file in closure error graph lalr lr0 main mkpar mstring output reader symtab verbose warshall yaccpar; do
        set -- "$@" $file.c
      done
      $CC $CFLAGS $LDFLAGS -DHAVE_CONFIG_H -DYYPATCH=20221106 -D_GNU_SOURCE -I. -o $out/bin/yacc "$@"
    ]],
    generated_unused = {
      "configure", "config_h.in", "*par.c", "*par.skel", "test/*",
    },
  }
end)
