#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Style and static checks as TAP, one test each: clang-format, headers that compile alone, benchmarks that
# compile, clang-tidy (which knows the function ceiling), cppcheck, shellcheck, the line ceilings, no foreign
# names.

cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
. tests/tap.sh

no_long_files() {
	! wc -l src/*/*.[ch] | awk '$2 != "total" && $1 > 800' | grep .
}
# Recipes by lib "gnu_build" and what stands on it. Not counted: comments, blank lines, shell text in [[ ]] (the list
# that words takes is counted). mig and gcc for the targets describe two recipes each.
no_long_recipes() {
	! grep -lE 'lib "(gnu_build|tool|cross_user|hurd_user|gcc_346|gcc_12|cross_gcc)"|stage\.gnu' recipes/*/*.lua |
		grep -v '^recipes/lib/' | xargs awk '
		FNR == 1 { text = 0 }
		{ line = $0; end = 0 }
		text && !sub(/^.*\]\]/, "", line) { next }
		text { text = 0; end = 1 }
		{ gsub(/\[\[[^]]*\]\]/, "\"\"", line) }
		line ~ /\[\[/ && line !~ /words *\[\[/ { text = 1 }
		line ~ /^[ \t]*(--.*)?$/ || end && line ~ /^[ \t,)}]*$/ { next }
		{ lines[FILENAME]++ }
		END {
			two["recipes/60-cross/gcc.lua"] = two["recipes/60-cross/mig.lua"] = 1
			for (file in lines)
				if (lines[file] > (file in two ? 30 : 15))
					print file ": " lines[file] " lines"
		}' | grep .
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
ok "no recipe of a configure-make package over 15 lines" no_long_recipes
ok "commands print by cmd/print.h only" no_raw_output
ok "no host names" no_hosts
ok "no binary but the seed and a picture" no_binaries
ok "clang-tidy" make -s -j"$jobs" BUILD="$BUILD" DEVELOPER=1 check-tidy
ok "cppcheck" make -s BUILD="$BUILD" check-cppcheck
ok "shellcheck" sh -c 'git grep -lE "^#!/bin/sh" -- "tests/*" ".ci/*" | xargs shellcheck -S warning'
# shellcheck disable=SC2154 # it is that of tap.sh
echo "1..$n"
