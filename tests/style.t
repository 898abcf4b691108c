#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Style and static checks as TAP, one test each: clang-format, headers that compile alone, benchmarks that
# compile, clang-tidy (which knows the function ceiling), cppcheck, shellcheck, the line ceiling, no foreign
# names.

cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
n=0
check() {
	what=$1
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		echo "$out" | tail -40 | sed 's/^/# /'
	fi
}

no_long_files() {
	! wc -l src/*/*.[ch] | awk '$2 != "total" && $1 > 800' | grep .
}
no_hosts() {
	! git grep -nE '(deb|archive|snapshot|ftp)\.debian\.org|registry\.npmjs' -- . ':!tests/style.t'
}
no_binaries() {
	! git ls-files -z | xargs -0 grep -LIe . -- 2>/dev/null | while read -r f; do
		[ -s "$f" ] && echo "$f"
	done | grep -v -e '^bootstrap/i386/hex0$' -e '^doc/hurd-login.png$' -e '^tests/fuzz/corpus/' \
		-e '^tests/data/archives/' -e '^doc/.*\.png$'
}

jobs=$(nproc)
# Text from outside reaches a terminal escaped: see src/cmd/print.h.
no_raw_output() {
	! grep -nE '\b(f?printf|puts|fputs|putchar|fputc|fwrite|perror)\(' src/cmd/*.c |
		grep -vE '^src/cmd/(print|progress|progress_block|remote)\.c:'
}

check "clang-format" make -s BUILD="$BUILD" check-format
check "each header compiles alone" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 check-headers
check "the benchmarks compile" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 bench-programs
check "no file over 800 lines" no_long_files
check "commands print by cmd/print.h only" no_raw_output
check "no host names" no_hosts
check "no binary but the seed and a picture" no_binaries
check "clang-tidy" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 check-tidy
check "cppcheck" make -s BUILD="$BUILD" check-cppcheck
check "shellcheck" sh -c 'git grep -lE "^#!/bin/sh" -- "tests/*" ".ci/*" | xargs shellcheck -S warning'
echo "1..$n"
