#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# cc1 and its library: each program in cc1/ must print what stands beside it (what gcc -m32 makes of
# it prints that too). A status other than 0 is the last line, "exit N".
# shellcheck source=tests/bootstrap/lib.sh
. "$(dirname "$0")/lib.sh"
climb

# run FILE: compile and run it, compare.
run() {
	compile "$T/cc1" "$T/program" "$1" || return 1
	_status=0
	"$T/program" >"$T/got" 2>&1 || _status=$?
	[ $_status -eq 0 ] || echo "exit $_status" >>"$T/got"
	diff "$T/got" "${1%.c}.expect"
}

# refuses TEXT MESSAGE: cc1 must not compile it, and must say so.
refuses() {
	printf '%s\n' "$1" >"$T/bad.c"
	if _said=$("$T/cc1" -o "$T/bad.M1" "$T/bad.c" 2>&1); then
		echo "it was compiled"
		return 1
	fi
	case $_said in
	*"bad.c:$2"*) ;;
	*) echo "$_said"; return 1 ;;
	esac
}

set -- "$HERE"/cc1/*.c
echo "1..$(($# + 9))"
for f; do
	ok "$(basename "$f" .c)" run "$f"
done
ok "refuses an unknown name" refuses 'int f(void) { return x; }' "1: not declared: x"
ok "refuses an unknown member" refuses 'struct { int a; } s;
int f(void) { return s.b; }' "2: no such member: b"
ok "refuses a missing semicolon" refuses 'int f(void) { return 1 }' "1: expected ; before: }"
ok "refuses too few arguments" refuses 'int g(int, int);
int f(void) { return g(1); }' "2: too few arguments"
ok "refuses a second definition" refuses 'int f(void) { return 1; }
int f(void) { return 2; }' "2: defined twice: f"
ok "refuses a missing include file" refuses '#include "none.h"' "1: cannot find include file: none.h"
ok "obeys #error" refuses '#if 1
#error stop here
#endif' "2: #error:  stop here"
ok "refuses an open #if" refuses '#if 1' "2: #if without #endif"
ok "refuses a value that is not constant" refuses 'int g(void);
int x = g();' "2: the value of a global must be constant"
