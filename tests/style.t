#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Style and static checks as TAP, one test each: clang-format, headers that compile alone,
# clang-tidy, cppcheck, shellcheck, line and function ceilings, no foreign names.

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
	done | grep -v -e '^bootstrap/i386/hex0$' -e '^tests/fuzz/corpus/'
}

check "clang-format" make -s BUILD="$BUILD" check-format
check "each header compiles alone" make -s BUILD="$BUILD" check-headers
check "no file over 800 lines" no_long_files
check "no host names" no_hosts
check "no binary but the seed" no_binaries
check "cppcheck and clang-tidy" make -s BUILD="$BUILD" lint
check "shellcheck" sh -c 'git grep -lE "^#!/bin/sh" -- "tests/*" ".ci/*" | xargs shellcheck -S warning'
echo "1..$n"
