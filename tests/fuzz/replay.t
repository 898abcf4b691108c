#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Replays the corpus of each fuzz target, then fuzzes it for a few seconds. Prints TAP. FUZZ_TIME
# gives the seconds; `FUZZ_TIME=3600 tests/fuzz/replay.t` is a long run.

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
seconds=${FUZZ_TIME:-5}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
python3 tests/fuzz/seeds.py "$tmp/seeds" || exit 1
n=0 bad=0
for source in tests/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	name=${target#fuzz_}
	corpus=tests/fuzz/corpus/$name
	program=$BUILD/fuzzing/fuzz/$target
	n=$((n + 1))
	if [ ! -x "$program" ]; then
		echo "ok $n - $target # SKIP not built (clang is needed)"
		continue
	fi
	mkdir -p "$tmp/$name" "$tmp/seeds/$name" "$tmp/empty"
	[ -d "$corpus" ] || corpus=$tmp/empty
	if "$program" -runs=0 "$corpus" "$tmp/seeds/$name" >"$tmp/log" 2>&1 &&
		"$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
			-artifact_prefix="$tmp/" "$tmp/$name" "$corpus" "$tmp/seeds/$name" >"$tmp/log" 2>&1; then
		echo "ok $n - $target"
	else
		echo "not ok $n - $target"
		tail -30 "$tmp/log" | sed 's/^/# /'
		for input in "$tmp"/crash-* "$tmp"/timeout-* "$tmp"/leak-* "$tmp"/oom-*; do
			[ -f "$input" ] && echo "# input: $(base64 -w0 "$input")"
		done
		bad=1
	fi
done
echo "1..$n"
exit $bad
