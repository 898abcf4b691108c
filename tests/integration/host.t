#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the caller's machine puts into a build: the engine is started under many settings of the host, and
# a program inside prints what it sees. It must be the same under all of them; the list of what may
# differ is in boot-hurd-recipe(5), "WHAT A BUILD SEES".
# shellcheck disable=SC2086,SC2154,SC2317 # words are split on purpose; functions are called by name
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
[ -z "${THROUGH_DAEMON:-}" ] || skip_all "the host's settings are those of who starts the engine"

chmod 755 "$T"
gcc -O1 -Wall -D_GNU_SOURCE -static -o "$T/src/probe" tests/integration/host_probe.c ||
	skip_all "no static programs can be made here"
mkdir -p "$T/src/deep/er" && echo x >"$T/src/deep/er/file"
cat >"$T/recipes/10-stage0/seen.lua" <<'EOF'
return recipe {
	name = "seen", summary = "test", license = "none", system = "x86_64-linux",
	sources = { { tree "../../src", as = "src" } },
	dirs = { "one/two" },
	steps = {
		{ "/build/src/probe", out "seen", out "", out "one", out "one/two", out "seen" },
	},
}
EOF
chmod -R a+rX "$T/src" "$T/recipes"

# see NAME COMMAND…: builds under COMMAND, in a state of its own. The log goes to $T/seen/NAME.log.
mkdir -p "$T/seen"
see() {
	_to=$1
	shift
	state=$T/states/$_to
	case $_to in long*) state=$T/states/a/very/long/path/$_to/$(printf '%0100d' 7) ;; esac
	mkdir -p "$state"
	[ -z "$user" ] || chown $user "$state"
	# shellcheck disable=SC2016
	BOOT_HURD_STATE=$state "$@" "$BH" build --no-daemon --recipes "$T/recipes" seen \
		>"$T/seen/$_to.log" 2>&1 || { cat "$T/seen/$_to.log"; return 1; }
	cp "$(find "$state" -path '*/seen' -type f | grep -v /src/ | head -1)" "$T/seen/$_to.all"
	# nice and the mild policies are the caller's business, and known to be seen; a group is the session's
	grep -v -e '^nice' -e '^/proc/self/stat: field' -e '^/proc/self/autogroup' "$T/seen/$_to.all" >"$T/seen/$_to"
}

# same NAME COMMAND…: what is seen under COMMAND is what was seen first.
same() {
	see "$@" || return 1
	diff "$T/seen/first$user" "$T/seen/$1"
}

# refused TEXT COMMAND…: the engine says what stands in the way.
refused() {
	_says=$1
	shift
	fails 1 "$_says" see refused$n "$@"
}

sh_with() {
	_setting=$1
	shift
	sh -c "$_setting"'; exec "$@"' sh "$@"
}

# less_resident NAME COMMAND…: a batch system has lowered that limit for good. Only /proc shows it inside.
less_resident() {
	see "$1" prlimit --rss=1073741824:1073741824 $as env || return 1
	grep -v "Max resident set" "$T/seen/first$user" >"$T/seen/$1.first"
	grep -v "Max resident set" "$T/seen/$1" | diff "$T/seen/$1.first" - &&
		grep -q "^limit 5 18446744073709551615 18446744073709551615" "$T/seen/$1"
}

setgid_folder() {
	mkdir -p "$T/states/$1"
	[ "$(id -u)" -ne 0 ] || chgrp 12 "$T/states/$1"
	chmod 2775 "$T/states/$1"
}

acl_folder() {
	mkdir -p "$T/states/$1"
	setfacl -d -m u:4:rwx,g:5:r-x,o::--- "$T/states/$1"
}

pythonic() {
	_code=$1
	shift
	python3 -c "import ctypes, fcntl, os, resource, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
$_code
os.execvp(sys.argv[1], sys.argv[1:])" "$@"
}

# for_user: every setting, as $user (a number, empty: who runs the test) by the words $as.
for_user() {
	w="as $(${as:-env} id -un 2>/dev/null || echo $user)"
	ok "$w: a first look" see "first$user" $as env
	ok "$w: the same again" same again$user $as env
	for mask in 000 002 027 077 0177 0377 0777; do
		ok "$w: umask $mask" same umask$mask$user sh_with "umask $mask" $as
	done
	setgid_folder setgid$user
	ok "$w: a set-group-id folder" same setgid$user $as env
	if command -v setfacl >/dev/null && acl_folder acl$user 2>/dev/null; then
		ok "$w: default access lists" same acl$user $as env
	fi
	ok "$w: a long state path" same long$user $as env
	ok "$w: nice 5" same nice5$user nice -n 5 $as
	ok "$w: nice 19" same nice19$user nice -n 19 $as
	ok "$w: idle" same idle$user chrt -i 0 $as
	ok "$w: idle disk" same ionice$user ionice -c 3 $as
	ok "$w: batch" same batch$user chrt -b 0 $as
	ok "$w: timer slack" same slack$user pythonic "libc.prctl(29, 1000000)" $as
	ok "$w: no huge pages" same thp$user pythonic "libc.prctl(41, 1, 0, 0, 0)" $as
	ok "$w: no rdtsc of the caller" same mce$user pythonic "libc.prctl(33, 1, 1, 0, 0)" $as
	ok "$w: out of memory first" same oom$user sh_with "echo 500 >/proc/self/oom_score_adj" $as
	ok "$w: core dumps of all" same core$user sh_with "echo 0x7f >/proc/self/coredump_filter" $as
	ok "$w: small soft limits" same soft$user sh_with \
		"ulimit -Ss 2048; ulimit -Sn 256; ulimit -Sc 0" $as
	ok "$w: lower hard limits" same hard$user prlimit --sigpending=2048:2048 --nproc=8000:8000 \
		--nofile=2048:2048 --memlock=131072:131072 --stack=16777216:16777216 $as
	ok "$w: less resident memory" less_resident resident$user
	ok "$w: no stack limit" same stack$user sh_with "ulimit -Ss unlimited 2>/dev/null" $as
	ok "$w: signals ignored" same ignored$user pythonic \
		"[signal.signal(s, signal.SIG_IGN) for s in (1, 13, 17, 10, 40, 64)]" $as
	ok "$w: signals blocked" same blocked$user pythonic \
		"signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())" $as
	ok "$w: an alarm is set" same alarm$user pythonic "signal.alarm(100)" $as
	ok "$w: descriptors are open" same open$user pythonic \
		"[os.dup2(2, k) for k in (3, 7, 99, 200)]; [os.set_inheritable(k, True) for k in (3, 7, 99, 200)]" $as
	ok "$w: standard input closed" same closed$user sh_with "exec <&-" $as
	ok "$w: another environment" same env$user env LANG=de_DE.UTF-8 TZ=Asia/Tokyo FOO=bar \
		MAKEFLAGS=-j9 GLIBC_TUNABLES=x LD_LIBRARY_PATH=/nowhere HOME=/nowhere $as
	ok "$w: 32-bit personality, randomised addresses" same persona$user setarch i686 -3 $as
	ok "$w: a session of its own" same session$user setsid -w $as
	ok "$w: one processor" same cpu$user taskset -c 0 $as
	ok "$w: another command name" same name$user bash -c 'exec -a "a name" "$@"' bash $as env
	ok "$w: no new privileges" same nnp$user setpriv --no-new-privs $as
	ok "$w: a mount namespace" same mount$user $as unshare -Urm
}

# What only root can undo: others are told.
for_others() {
	w="as $user"
	ok "$w: few open files" refused "hard limit of open files is 512" \
		prlimit --nofile=512:512 $as
	ok "$w: little stack" refused "hard limit of stack is" prlimit --stack=1048576:1048576 $as
	ok "$w: few signals" refused "hard limit of pending signals is" \
		prlimit --sigpending=100:100 $as
	ok "$w: no message queues" refused "hard limit of message queues is" \
		prlimit --msgqueue=0:0 $as
	ok "$w: few locks" refused "hard limit of file locks is" prlimit --locks=10:10 $as
	ok "$w: real-time CPU time" refused "hard limit of real-time CPU time is" \
		prlimit --rttime=1000000:1000000 $as
	ok "$w: what can be written cannot be executed" refused "PR_SET_MDWE" \
		pythonic "libc.prctl(65, 1, 0, 0, 0)" $as
}

# only_listed ONE OTHER: all that differs between the two is what boot-hurd-recipe(5) says can still be seen.
only_listed() {
	diff "$T/seen/$1.all" "$T/seen/$2.all" >"$T/seen/diff"
	cat "$T/seen/diff"
	grep '^> nice 7 ' "$T/seen/diff" || return 1
	! grep '^[<>]' "$T/seen/diff" | grep -v -e '^. nice ' -e '^. /proc/self/stat: field \(18\|19\|41\):' \
		-e '^. /proc/self/status: Groups' -e '^. node /\(proc\|proc/self\|proc/thread-self\|dev/[a-z]*\): mode [0-9]* links [0-9]* owner \(1000\|65534\) ' \
		-e '^. /proc/self/\(autogroup\|loginuid\|sessionid\|attr/current\|cpuset\|cgroup\): '
}

user='' as=''
for_user
if [ "$(id -u)" -eq 0 ]; then
	# Root may raise them again, unless it is root without CAP_SYS_RESOURCE.
	if prlimit --nofile=512:512 sh -c 'ulimit -Hn 1024' 2>/dev/null; then
		ok "as root: few open files" same rootfiles prlimit --nofile=512:512
		ok "as root: no message queues" same rootqueues prlimit --msgqueue=0:0
		ok "as root: real-time CPU time" same rootrt prlimit --rttime=1000000:1000000
	else
		ok "as root without rights: few open files" refused "hard limit of open files" \
			prlimit --nofile=512:512
	fi
	ok "as root: many groups" same rootgroups setpriv --groups 4,5,6,12,24
	# A control group (v1) may have no real time to give.
	! chrt -r 5 true 2>/dev/null || ok "as root: real time" same rootrr chrt -r 5
	ok "as root: raised" same rootraised nice -n -10
	user=65534 as="setpriv --reuid 65534 --regid 65534 --clear-groups --"
	for_user
	for_others
	user=4321 as="setpriv --reuid 4321 --regid 4322 --groups 4,5 --"
	see "first$user" $as env
	grep -v '^/proc/self/status: Groups' "$T/seen/first4321" >"$T/seen/a"
	grep -v '^/proc/self/status: Groups' "$T/seen/first65534" >"$T/seen/b"
	ok "another user with groups sees the same, but their number" cmp "$T/seen/a" "$T/seen/b"
	grep -v '^node /\(proc\|dev/\)' "$T/seen/first" >"$T/seen/a"
	grep -v '^node /\(proc\|dev/\)' "$T/seen/first65534" >"$T/seen/b"
	ok "root and others see the same, but the owner of devices" diff "$T/seen/a" "$T/seen/b"
	see all4321 nice -n 7 ionice -c 2 -n 6 chrt -b 0 $as env
	ok "what differs at all is on the list of boot-hurd-recipe(5)" only_listed first all4321
fi
done_testing
