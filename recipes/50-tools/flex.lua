-- SPDX-License-Identifier: GPL-3.0-or-later
local build, flex = lib "tool", lib "m4_flex".flex

return build(merge(flex, {
  name = "flex",
  summary = "scanner generator",
  inputs = { "m4", "byacc" },
  env = { CFLAGS = "-O2 -D_GNU_SOURCE" },
  finish = flex.finish .. [[
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
}))
