-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Its own scanner is made as that of 50-tools/flex.lua: the tarball's makes a first flex, which makes the scanner
-- that is used; the parser is made by byacc.
return lib "toolchain".each("flex", function(stage)
  return stage.gnu {
    from = "flex-2.6.4",
    summary = "scanner generator",
    inputs = { stage.input "m4" },
    prepare = [[
      rm src/skel.c
      yacc -d -o src/parse.c src/parse.y
      echo 'extern int yylval;' >>src/parse.h
    ]],
    env = { CPPFLAGS = "-D_GNU_SOURCE" },
    configure = { "--disable-nls", "--disable-shared" },
    targets = { { "-C", "src", "skel.c" }, { "-C", "src" } },
    install = { "-C", "src", "install" },
    finish = [[
      cd src
      $out/bin/flex -o again.c scan.l
      sed 's/again\.c/scan.c/' again.c | cmp - scan.c
    ]],
  }
end)
