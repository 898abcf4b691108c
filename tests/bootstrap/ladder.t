#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The seed and the steps above it: hex0, asm, cc0, and cc1's fixpoint.
# shellcheck source=tests/bootstrap/lib.sh
. "$(dirname "$0")/lib.sh"
climb
echo "1..27"

is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
bytes() { od -An -tx1 "$1" | tr -d ' \n'; }
at_most() { [ "$(wc -c <"$1")" -le "$2" ]; }

ok "the seed has at most 181 bytes" at_most "$B/i386/hex0" 181
ok "the seed makes itself" cmp "$B/i386/hex0" "$T/hex0"

printf '# comment 00\n41 4F# 11\n\n;zz\n5\n5\t00 fF' >"$T/in"
ok "hex0 takes digits, comments and blanks" "$T/hex0" "$T/in" "$T/out"
ok "hex0 gives the bytes" is "$(bytes "$T/out")" 414f5500ff
ok "hex0 fails without input" sh -c "! $T/hex0 $T/none $T/out"
ok "hex0 fails when it cannot write" sh -c "! $T/hex0 $T/in /proc/none"
printf '41 4G' >"$T/in"
ok "hex0 refuses what is no digit" sh -c "! $T/hex0 $T/in $T/out"
printf '41 4' >"$T/in"
ok "hex0 refuses half a byte" sh -c "! $T/hex0 $T/in $T/out"
ok "hex0 fails when it cannot write half a byte" sh -c "! $T/hex0 $T/in /proc/none"
ok "hex0 fails to read a folder" sh -c "! $T/hex0 $T $T/out"

cat >"$T/in" <<'END'
DEFINE two 0102 ; comment
DEFINE three 030405
:a two three :b 'FFEE' "x y"
!-1 %-2 %258 &a %a %end # last
:end
END
ok "asm assembles" "$T/asm" "$T/out" "$T/in"
ok "asm gives the bytes" is "$(bytes "$T/out" | cut -c169-)" \
	0102030405ffee78207900fffeffffff0201000054800408e4ffffff00000000
printf 'nothing\n' >"$T/in"
ok "asm names a word it does not know" is "$("$T/asm" "$T/out" "$T/in" 2>&1)" nothing
printf ':a\n%%b\n' >"$T/in"
ok "asm names a label that is nowhere" is "$("$T/asm" "$T/out" "$T/in" 2>&1)" %b
ok "asm fails without input" has_status 1 "$T/asm" "$T/out" "$T/none"
ok "asm fails to read a folder" has_status 1 "$T/asm" "$T/out" "$T"

# asm_refuses TEXT WORD: asm shows the word, fails and leaves no output.
asm_refuses() {
	rm -f "$T/out"
	printf '%s\n' "$1" >"$T/in"
	_said=$("$T/asm" "$T/out" "$T/in" 2>&1) && { echo "taken: $1"; return 1; }
	is "$_said" "$2" && [ ! -e "$T/out" ]
}
asm_refuses_all() {
	asm_refuses ':a !1 :a' ':a' &&
		asm_refuses "'ABC'" "'ABC'" &&
		asm_refuses "'3:'" "'3:'" &&
		asm_refuses "'AB" "'AB" &&
		asm_refuses '"AB' '"AB' &&
		asm_refuses '!256' '!256' &&
		asm_refuses '!-129' '!-129' &&
		asm_refuses ':a !a' '!a' &&
		asm_refuses '%12x' '%12x' &&
		asm_refuses '%-' '%-' &&
		asm_refuses 'DEFINE x' 'DEFINE' &&
		asm_refuses 'DEFINE x 0G x' 'x' &&
		asm_refuses 'DEFINES x 00' 'DEFINES'
}
ok "asm refuses what is not right" asm_refuses_all
printf '"" "a" '"'aBcD'" >"$T/in"
ok "asm takes empty texts and small digits" "$T/asm" "$T/out" "$T/in"
ok "asm gives their bytes" is "$(bytes "$T/out" | cut -c169-)" 006100abcd

run_cc0() {
	"$T/cc0" "$T/out.M1" "$1" &&
		"$T/asm" "$T/out" "$B/i386/i386.def" "$B/i386/cc0.def" "$B/i386/rt0.M1" "$T/out.M1" &&
		"$T/out" one two >"$T/got"
}
ok "cc0 compiles a program of everything it knows" run_cc0 "$HERE/cc0/all.c"
ok "the program prints what it should" cmp "$T/got" "$HERE/cc0/all.expect"
ok "cc0 fails without input" has_status 1 "$T/cc0" "$T/out.M1" "$T/none"
ok "cc0 fails to read a folder" has_status 1 "$T/cc0" "$T/out.M1" "$T"

# cc0_refuses TEXT: cc0 names the file and the line, fails and leaves no output.
cc0_refuses() {
	rm -f "$T/out.M1"
	printf 'int one;\n%s' "$1" >"$T/in"
	_said=$("$T/cc0" "$T/out.M1" "$HERE/cc0/all.c" "$T/in" 2>&1) && { echo "taken: $1"; return 1; }
	[ ! -e "$T/out.M1" ] || { echo "output after: $1"; return 1; }
	case $_said in
	"$T/in:2: error before: "*) ;;
	*) echo "said '$_said' of: $1"; return 1 ;;
	esac
}
# Each is C, or nearly: what another compiler would do in another way, or refuse.
cc0_refuses_all() {
	while read -r text; do
		cc0_refuses "$text" || return 1
	done <<'END'
int f() { x = 1; }
int f() { char c; c = 300; return c; }
int f(char c) { return c; }
char f() { return 300; }
unsigned x;
static int x;
int x = 1;
int x, y;
char *names[5];
int **p;
int f() { return words + 1; }
int f() { return 1 + (table); }
int f() { return later(1) - 1; }
int f() { return later; }
int f() { return number[0]; }
int f() { if (1) { int x; x = 1; } }
int f() { --number; }
int f() { number++; }
int f() { number += 1; }
int f() { number = number = 1; }
int f() { table = 0; }
int f() { return 1 ? 2 : 3; }
int f() { for (;;) ; }
int f() { do ; while (0); }
int f() { continue; }
int f() { goto x; }
int f() { return 010; }
int f() { return 0x10; }
int f() { return 10u; }
int f() { return 2147483648; }
int f() { return 99999999999; }
int f() { return 'ab'; }
int f() { return '\x41'; }
int f() { return '\01'; }
int f() { return length("a" "b"); }
int f() { return three(1 2 3); }
int f() { return 1; // comment
int f() { return "no end
#define X 1
/* no end
END
}
ok "cc0 refuses what is not C0" cc0_refuses_all

# Random programs must print the same as when gcc compiles them.
same_as_gcc() {
	"$T/cc0" "$T/random.M1" "$HERE/cc0/random.c" &&
		"$T/asm" "$T/random" "$B/i386/i386.def" "$B/i386/cc0.def" "$B/i386/rt0.M1" "$T/random.M1" || return 1
	for _seed in 1 2 3 4 5; do
		"$T/random" $_seed >"$T/random.c"
		run_cc0 "$T/random.c" || return 1
		gcc -m32 -w -fwrapv -include "$HERE/cc0/gcc.h" -o "$T/by-gcc" "$T/random.c" &&
			"$T/by-gcc" >"$T/expected" && cmp "$T/expected" "$T/got" || return 1
	done
}
if echo 'int main() { return 0; }' >"$T/in.c" && gcc -m32 -o "$T/by-gcc" "$T/in.c" 2>/dev/null; then
	ok "cc0 and gcc -m32 agree on random programs" same_as_gcc
else
	ok "cc0 and gcc -m32 agree on random programs # SKIP there is no gcc -m32" true
fi

ok "cc1 compiles itself" compile "$T/cc1" "$T/again" -D syscall3=__syscall "$B/cc1/cc1.c"
ok "cc1 by cc1 is cc1 by cc0" cmp "$T/again.M1" "$T/cc1.M1"
