#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The seed and the steps above it: hex0, asm, cc0, and cc1's fixpoint.
# shellcheck source=tests/bootstrap/lib.sh
. "$(dirname "$0")/lib.sh"
climb
echo "1..24"

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
printf 'int main() { x = 1; }\n' >"$T/in"
ok "cc0 refuses an unknown variable" sh -c "! $T/cc0 $T/out.M1 $T/in"

ok "cc1 compiles itself" compile "$T/cc1" "$T/again" -D syscall3=__syscall "$B/cc1/cc1.c"
ok "cc1 by cc1 is cc1 by cc0" cmp "$T/again.M1" "$T/cc1.M1"
