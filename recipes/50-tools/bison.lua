-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The parser of its grammar files (parse-gram.y) needs a bison of the same age, so the C in the tarball is
-- compiled; the bison that comes of it must make that C again, byte for byte. Its scanners are made by flex.
local build = lib "tool"

return build {
  name = "bison",
  from = "bison-3.8.2",
  summary = "parser generator",
  inputs = { "m4", "flex" },
  -- Debian took the manual out, and with it what the makefile would make of it.
  prepare = [[
    sed -i -e 's/^INFO_DEPS = .*/INFO_DEPS =/' -e 's/^all-local: .*/all-local:/' Makefile.in
    >doc/bison.texi
    touch -r examples/extracted.stamp doc/bison.texi
    rm src/scan-code.c src/scan-gram.c src/scan-skel.c
  ]],
  configure = { "--disable-nls", "--disable-yacc", "--disable-assert" },
  make = { "SUBDIRS=." },
  install = {
    "install-binPROGRAMS", "install-dist_pkgdataDATA", "install-dist_skeletonsDATA", "install-dist_m4sugarDATA",
  },
  finish = [[
    mkdir ../shipped
    mv src/parse-gram.c src/parse-gram.h ../shipped
    $out/bin/bison -d -o src/parse-gram.c src/parse-gram.y
    cmp src/parse-gram.c ../shipped/parse-gram.c
    cmp src/parse-gram.h ../shipped/parse-gram.h
    cat >/tmp/sum.y <<'EOF'
%{
#include <ctype.h>
#include <stdio.h>
static int yylex(void);
static void yyerror(const char *s) { puts(s); }
%}
%define parse.error detailed
%token NUMBER
%left '+'
%left '*'
%%
line: sum { printf("%d\n", $1); };
sum: NUMBER | sum '+' sum { $$ = $1 + $3; } | sum '*' sum { $$ = $1 * $3; };
%%
static int yylex(void)
{
	int c = getchar();
	if (isdigit(c)) {
		yylval = c - '0';
		return NUMBER;
	}
	return c == '\n' || c == EOF ? 0 : c;
}
int main(void) { return yyparse(); }
EOF
    $out/bin/bison -Wall -Werror -o /tmp/sum.c /tmp/sum.y
    gcc -static -o /tmp/sum /tmp/sum.c
    test "$(echo '2+5*8' | /tmp/sum)" = 42
  ]],
}
