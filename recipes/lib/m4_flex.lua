-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- How m4 and flex are built, for lib "gnu_build" and all that stands on it.
local M = {}

M.m4 = {
  from = "m4-1.4.19",
  -- The manual is neither made nor installed.
  configure = { "--disable-nls", "--with-syscmd-shell=" .. input_path "dash/bin/sh" },
  make = { "MAKEINFO=true" },
  targets = { { "-C", "lib" }, { "-C", "src" } },
  install = { "-C", "src", "install" },
}

-- Flex's own scanner (scan.l) needs a flex. The one of the tarball (scan.c) makes a first flex only, which makes
-- the scanner of the flex that is kept; that flex must make the tarball's scan.c again, byte for byte. Its parser is
-- made by byacc.
M.flex = {
  from = "flex-2.6.4",
  prepare = [[
    rm src/skel.c
    yacc -d -o src/parse.c src/parse.y
    # bison declares this in the header even when it is a mere int, byacc does not.
    echo 'extern int yylval;' >>src/parse.h
  ]],
  configure = { "--disable-nls", "--disable-shared" },
  targets = { { "-C", "src", "skel.c" }, { "-C", "src" } },
  install = { "-C", "src", "install" },
  finish = [[
    cd src
    $out/bin/flex -o again.c scan.l
    sed 's/again\.c/scan.c/' again.c | cmp - scan.c
]],
}

return M
