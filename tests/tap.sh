# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# TAP for tests in shell. Sourced, not run; at the end a test prints "1..$n".
n=0

# ok NAME COMMAND…: one test; its output is shown when it fails.
ok() {
	_name=$1
	shift
	n=$((n + 1))
	if _out=$("$@" 2>&1); then
		echo "ok $n - $_name"
	else
		echo "not ok $n - $_name"
		echo "$_out" | tail -40 | sed 's/^/# /'
	fi
}
