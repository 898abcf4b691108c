#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Style and static checks as TAP, one test each: clang-format, headers that compile alone, benchmarks that
# compile, clang-tidy (which knows the function ceiling), cppcheck, shellcheck, the line ceiling, no foreign
# names.

cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
. tests/tap.sh

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

ok "clang-format" make -s BUILD="$BUILD" check-format
ok "each header compiles alone" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 check-headers
ok "the benchmarks compile" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 bench-programs
ok "no file over 800 lines" no_long_files
ok "commands print by cmd/print.h only" no_raw_output
ok "no host names" no_hosts
ok "no binary but the seed and a picture" no_binaries
ok "clang-tidy" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 check-tidy
ok "cppcheck" make -s BUILD="$BUILD" check-cppcheck
ok "shellcheck" sh -c 'git grep -lE "^#!/bin/sh" -- "tests/*" ".ci/*" | xargs shellcheck -S warning'
# shellcheck disable=SC2154 # it is that of tap.sh
echo "1..$n"
