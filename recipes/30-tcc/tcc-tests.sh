# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the programs of tcc's tests/tests2, one by one, and writes to $out/results a line each: "ok",
# "not ok" (with what differs in $out/NAME.diff) or "skip" with the reason. Fails below 90 % of all.
#
# Programs are compiled and linked statically against musl, then run: our tcc has no -run, as it is not
# built to execute its own output.
cd tcc/tests/tests2
mkdir -p "$out"

why_skipped() {
	case $1 in
	34_*) echo "array assignment is no C; tcc's own Makefile skips it" ;;
	73_*) echo "for another processor" ;;
	112_* | 114_* | 115_* | 116_* | 117_*) echo "needs the bounds checker, which is not part of our tcc" ;;
	113_*) echo "needs shared libraries; all is static here" ;;
	esac
}

# What is known of those that fail.
why_failed() {
	case $1 in
	95_*) echo ": expects a processor that aligns 64-bit integers to 8 bytes; i386 aligns them to 4" ;;
	esac
}

# Compiles with the words given and runs the program.
compile_and_run() {
	name=$1
	shift
	rm -f /tmp/program
	tcc "$@" -o /tmp/program || return 0
	case $name in
	31_args) /tmp/program arg1 arg2 arg3 arg4 arg5 ;;
	46_grep) /tmp/program '[^* ]*[:a:d: ]+\:\*-/: $' 46_grep.c ;;
	*) /tmp/program ;;
	esac
}

# A file that holds several pieces: each is compiled alone, under its own name, and run if it has a main.
pieces() {
	first=1
	for piece in $(grep -oE 'defined +test_[A-Za-z0-9_]+' "$1.c" | sed 's/defined *//' | awk '!seen[$0]++'); do
		[ $first = 1 ] || echo
		first=0
		echo "[$piece]"
		tcc -D "$piece" -c -o /tmp/piece.o "$1.c" || continue
		tcc -o /tmp/program /tmp/piece.o 2>/dev/null || continue
		status=0
		/tmp/program || status=$?
		[ $status -eq 0 ] || echo "[returns $status]"
	done
}

run_test() {
	case $1 in
	60_* | 96_* | 125_*) pieces "$1" ;;
	76_*) compile_and_run "$1" -fdollars-in-identifiers "$1.c" ;;
	104_*) compile_and_run "$1" "$1.c" "104+_inline.c" ;;
	106_*) compile_and_run "$1" -pthread "$1.c" ;;
	*) compile_and_run "$1" "$1.c" ;;
	esac
}

for expect in *.expect; do
	name=${expect%.expect}
	[ -f "$name.c" ] || continue
	reason=$(why_skipped "$name")
	if [ -n "$reason" ]; then
		echo "skip $name: $reason"
		continue
	fi
	run_test "$name" >/tmp/output 2>&1 </dev/null || true
	if diff -bu "$expect" /tmp/output >"$out/$name.diff"; then
		rm "$out/$name.diff"
		echo "ok $name"
	else
		echo "not ok $name$(why_failed "$name")"
	fi
done >"$out/results"
cat "$out/results"
total=$(grep -c 'ok ' "$out/results")
passed=$(grep -c '^ok ' "$out/results")
skipped=$(grep -c '^skip ' "$out/results")
echo "$passed of $total passed, $skipped skipped" | tee "$out/summary"
[ $((passed * 100)) -ge $((total * 90)) ]
