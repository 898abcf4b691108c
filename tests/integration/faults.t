#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One call into the kernel, or for memory, fails while a command runs: it ends with an error of its own or as
# if nothing had been, never by a signal and never with a verdict that it did not reach; nothing is lost, and
# the same command succeeds afterwards. FAULTS is how many calls of each kind are tried (default 3).
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
given=${FAULTS:-}
[ -z "${THROUGH_DAEMON:-}" ] || skip_all "faults are for one process"

gcc -shared -fPIC -O1 -D_GNU_SOURCE -o "$T/faults.so" tests/integration/faults.c -ldl ||
	skip_all "the library that fails calls cannot be built"
recipe good "steps = { { 'src/tool', 'write', out 'file', 'same' } },"
recipe above "inputs = { 'good' }, steps = { { 'src/tool', 'write', out 'file', 'x' } },"
recipe new "inputs = { 'above' }, steps = { { 'src/tool', 'write', out 'file', 'y' } },"
bh build above >/dev/null 2>&1
bh root add keep above >/dev/null
bh key generate k >/dev/null 2>&1
bh publish --key k "$T/pub" above >/dev/null 2>&1
path=$(bh store path above)
cp -a "$T/state" "$T/state.whole"
mkdir "$T/state.empty"
whole=$T/state.whole
trusted=$(cat "$T/state/keys/k.public")
cat >"$T/config.json" <<END
{ "peers": [ { "name": "k", "location": "$T/pub", "keys": ["$trusted"], "trust": ["votes", "archives"] } ],
  "quorum": { "need": 1, "of": ["k"] } }
END
export BOOT_HURD_CONFIG="$T/config.json"

# once KIND ERRNO AT COMMAND…: with the call failing; what it says is in $T/said.
once() {
	_kind=$1 _errno=$2 _at=$3
	shift 3
	timeout 120 env FAULT_KIND="$_kind" FAULT_ERRNO="$_errno" FAULT_AT="$_at" FAULT_TOLD="$T/told" \
		LD_PRELOAD="$T/faults.so" "$BH" "$@" --recipes "$T/recipes" --no-daemon >"$T/said" 2>&1
}

# reset: the state as it was.
reset() {
	chmod -R u+w "$T/state" && rm -rf "$T/state" && cp -a "$whole" "$T/state"
}

# sound STATUS COMMAND…: what a command may do when a call has failed.
sound() {
	_status=$1
	shift
	case $_status in
	0 | 1 | 3) ;;
	*) return 1 ;;
	esac
	[ "$_status" != 1 ] || grep -q '^boot-hurd: .\|^FAILED [^ ]*: .' "$T/said" || return 1
	[ -z "$(ls "$T/state/damaged" 2>/dev/null)" ] || return 1
	# The database may be away when it was being made again; the objects are not.
	[ "$whole" = "$T/state.empty" ] || [ -e "$path" ] || return 1
	"$BH" "$@" --recipes "$T/recipes" --no-daemon >"$T/again" 2>&1 || return 1
	"$BH" store check --no-daemon >>"$T/again" 2>&1 && [ "$("$BH" store path above --no-daemon --recipes "$T/recipes")" = "$path" ]
}

# faults KIND ERRNO COMMAND…: with FIRST set, only its first calls, but each of them.
faults() {
	_k=$1 _e=$2
	shift 2
	reset
	once "$_k" "$_e" 0 "$@"
	_total=$(cat "$T/told")
	[ -z "${FIRST:-}" ] || _total=$FIRST
	[ "${_total:-0}" -gt 0 ] || {
		cat "$T/said"
		return 1
	}
	_tried=0
	_step=$((_total / ${FAULTS:-3} + 1))
	_n=$((_step / 2 + 1))
	while [ "$_n" -le "$_total" ]; do
		reset
		once "$_k" "$_e" "$_n" "$@"
		_s=$?
		sound $_s "$@" || {
			echo "$*: $_k call $_n of $_total, error $_e: status $_s"
			cat "$T/said"
			echo "then:"
			cat "$T/again"
			return 1
		}
		_n=$((_n + _step))
		_tried=$((_tried + 1))
	done
	[ "$_tried" -gt 0 ]
}

# EIO 5, ENOMEM 12, EMFILE 24, ENOSPC 28, EINTR 4
all() {
	ok "$*: what cannot be read" faults read 5 "$@"
	ok "$*: no descriptors left" faults read 24 "$@"
	ok "$*: a signal comes between" faults read 4 "$@"
	ok "$*: the disk is full" faults write 28 "$@"
	ok "$*: no memory" faults memory 12 "$@"
}
all store rebuild-db
all store repair
all gc
all verify good
all publish --key k "$T/pub" above
all attest --key k above
all build new

# From nothing: the object comes from a folder. Where that cannot be read, it is built.
whole=$T/state.empty
all build --substitute above
whole=$T/state.whole

# gc: each call that puts files aside, when the rows are gone already.
FAULTS=40
ok "gc: the disk is full, at any call" faults write 28 gc
# What a program asks for at first, each time: for hashing, and to read its configuration.
FAULTS=200 FIRST=150
ok "no memory, at any call of the beginning" faults memory 12 attest --key k above
FAULTS=${given:-3} FIRST=

# served KIND ERRNO AT: the daemon starts with that call failing and is stopped when it stands, or says why not.
served() {
	: >"$T/told"
	: >"$T/said" # or what the last one said is taken for this one's
	env FAULT_KIND="$1" FAULT_ERRNO="$2" FAULT_AT="$3" FAULT_TOLD="$T/told" LD_PRELOAD="$T/faults.so" \
		"$BUILD/bin/boot-hurdd" --config "$T/daemon.json" >"$T/said" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		kill -0 $pid 2>/dev/null || break
		grep -q "manages" "$T/said" && break
		sleep 0.05
	done
	kill -TERM $pid 2>/dev/null
	wait $pid
}
starts() {
	_k=$1 _e=$2
	reset
	served "$_k" "$_e" 0 || {
		cat "$T/said"
		return 1
	}
	_total=$(cat "$T/told") _tried=0
	_step=$((_total / ${FAULTS:-3} + 1))
	_n=$((_step / 2 + 1))
	while [ "$_n" -le "$_total" ]; do
		reset
		served "$_k" "$_e" "$_n"
		_s=$?
		{ [ $_s = 0 ] || { [ $_s = 1 ] && grep -q "boot-hurdd: .\|cannot start: ." "$T/said"; }; } &&
			[ -e "$path" ] && [ -z "$(ls "$T/state/damaged")" ] && served read 0 0 &&
			"$BH" store check --no-daemon >"$T/again" 2>&1 || {
			echo "boot-hurdd: $_k call $_n of $_total, error $_e: status $_s"
			cat "$T/said" "$T/again"
			return 1
		}
		_n=$((_n + _step))
		_tried=$((_tried + 1))
	done
	[ "$_tried" -gt 0 ]
}
cat >"$T/daemon.json" <<END
{ "daemon": { "state": "$T/state", "control": { "socket": "$T/run/control" }, "gc": { "every": "7d" },
  "public": { "listen": ["127.0.0.1:0"], "folder": "$T/pub", "pages": true },
  "schedule": [ { "name": "daily", "at": ["03:00"], "run": [["build", "above"]], "notify": ["ops"] } ],
  "alarms": { "smtp": { "server": "smtp://localhost", "from": "a@example.org" },
    "targets": [ { "name": "ops", "mail": ["ops@example.org"] } ] }, "drain": "1s" } }
END
ok "boot-hurdd: what cannot be read" starts read 5
ok "boot-hurdd: no descriptors left" starts read 24
ok "boot-hurdd: a signal comes between" starts read 4
ok "boot-hurdd: the disk is full" starts write 28
ok "boot-hurdd: no memory" starts memory 12

# libgcrypt aborts the program when it cannot ask whether the kernel is in FIPS mode.
cat >"$T/fips.c" <<END
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
FILE *fopen(const char *path, const char *mode)
{
	FILE *(*p)(const char *, const char *);
	void *q = dlsym(RTLD_NEXT, "fopen");
	memcpy(&p, &q, sizeof p);
	return strstr(path, "fips_enabled") ? errno = EIO, NULL : p(path, mode);
}
int open(const char *path, int flags, ...)
{
	int (*p)(const char *, int, ...);
	void *q = dlsym(RTLD_NEXT, "open");
	memcpy(&p, &q, sizeof p);
	va_list ap;
	va_start(ap, flags);
	int mode = va_arg(ap, int);
	va_end(ap);
	return strstr(path, "fips_enabled") ? errno = EIO, -1 : p(path, flags, mode);
}
END
gcc -shared -fPIC -D_GNU_SOURCE -o "$T/fips.so" "$T/fips.c" -ldl
fips() {
	LD_PRELOAD=$T/fips.so "$BH" "$@" --no-daemon
}
ok "hashing that cannot be prepared" fails 1 "cannot prepare hashing: cannot open /proc/sys/crypto/fips_enabled" fips gc
ok "… needs none" fips --version
done_testing
