# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# For tests of bootstrap/: climbs the ladder in a scratch folder, by hand, with nothing but the seed.
# Sourced, not run. Sets B (bootstrap/), T (scratch) and makes $T/hex0, asm, cc0, cc1-by-cc0, cc1.

B=$(cd "$(dirname "$0")/../../bootstrap" && pwd)
# shellcheck disable=SC2034 # used by the tests
HERE=$(cd "$(dirname "$0")" && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/boot-hurd-test.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM
. "$B/../tests/tap.sh"

LIBC="$B/libc/start.c $B/libc/syscall.c $B/libc/malloc.c $B/libc/string.c $B/libc/stdio.c
  $B/libc/printf.c $B/libc/stdlib.c $B/libc/wide.c $B/libc/dirent.c"

# has_status STATUS COMMAND…: succeeds when COMMAND exits with STATUS.
has_status() {
	_want=$1
	shift
	_got=0
	"$@" || _got=$?
	[ $_got -eq "$_want" ] || { echo "exit status $_got, not $_want"; return 1; }
}

# compile CC1 PROGRAM FILE… [OPTION…]: with our C library.
compile() {
	_cc=$1 _to=$2
	shift 2
	# shellcheck disable=SC2086
	"$_cc" -I "$B/libc/include" -o "$_to.M1" "$@" $LIBC &&
		"$T/asm" "$_to" "$B/i386/i386.def" "$B/libc/i386.M1" "$_to.M1"
}

# Files of cc1 in the order in which cc0 reads them.
cc1_files() {
	sed -n 's/^#include "\(.*\)"$/\1/p' "$B/cc1/cc1.c" | sed "s,^,$B/cc1/,"
}

# Make everything up to cc1, or skip all tests where i386 programs do not run.
climb() {
	if ! "$B/i386/hex0" "$B/i386/hex0.hex0" "$T/hex0" 2>/dev/null; then
		echo "1..0 # SKIP this machine does not run i386 programs"
		exit 0
	fi
	# shellcheck disable=SC2046
	"$T/hex0" "$B/i386/asm.hex0" "$T/asm" &&
		"$T/asm" "$T/cc0" "$B/i386/i386.def" "$B/i386/cc0.def" "$B/i386/cc0.M1" &&
		"$T/cc0" "$T/cc1.M1" $(cc1_files) &&
		"$T/asm" "$T/cc1-by-cc0" "$B/i386/i386.def" "$B/i386/cc0.def" "$B/i386/rt0.M1" "$T/cc1.M1" &&
		compile "$T/cc1-by-cc0" "$T/cc1" -D syscall3=__syscall "$B/cc1/cc1.c" && return
	echo "Bail out! the ladder breaks"
	exit 1
}
