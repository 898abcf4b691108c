-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Its own scanner (scan.l) needs a flex. The one of the tarball (scan.c) makes a first flex only, which makes
-- the scanner of the flex that is kept; that flex must make the tarball's scan.c again, byte for byte.
local build = lib "tool"

return build {
  name = "flex",
  from = "flex-2.6.4",
  summary = "scanner generator",
  inputs = { "m4", "byacc" },
  prepare = [[
    rm src/skel.c
    yacc -d -o src/parse.c src/parse.y
    # bison declares this in the header even when it is a mere int, byacc does not.
    echo 'extern int yylval;' >>src/parse.h
  ]],
  env = { CFLAGS = "-O2 -D_GNU_SOURCE" },
  configure = { "--disable-nls", "--disable-shared" },
  targets = { { "-C", "src", "skel.c" }, { "-C", "src" } },
  install = { "-C", "src", "install" },
  finish = [[
    cd src
    $out/bin/flex -o again.c scan.l
    sed 's/again\.c/scan.c/' again.c | cmp - scan.c
    cat >words.l <<'EOF'
%option noyywrap
%%
[a-z]+  printf("<%s>", yytext);
%%
int main(void) { return yylex(); }
EOF
    $out/bin/flex -o words.c words.l
    gcc -static -o words words.c
    test "$(echo from 179 bytes | ./words)" = "<from> 179 <bytes>"
  ]],
}
