#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run uses up is counted on every road: memory that is not in a heap, files far down, out of sight
# or without a name; and no step can blind what counts. As the caller and, when that is root, as nobody.
# shellcheck disable=SC2086,SC2154 # words are split on purpose
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
unshare -Urmpf true 2>/dev/null || skip_all "user namespaces are not allowed here"

chmod 755 "$T"
mkdir -p "$T/in/bin" "$T/bin"
flags="-std=gnu17 -O1 -Wall -D_GNU_SOURCE"
gcc $flags -static -o "$T/in/bin/p" tests/integration/limits_probe.c ||
	skip_all "no static programs can be made here"
gcc $flags -Isrc -o "$T/bin/driver" tests/integration/sandbox_driver.c "$BUILD/lib/sandbox.a" \
	"$BUILD/lib/base.a" -lseccomp -lpthread || skip_all "the driver cannot be built"

# ends END OPTION VALUE ARGUMENT…: a run of the probe, under one limit, ends with a line that starts so.
ends() {
	_end=$1
	_option=$2
	_value=$3
	shift 3
	F=$T/run$n
	mkdir -p "$F/build"
	ln -s "$T/in" "$F/in"
	[ -z "$as" ] || chown -R nobody "$F"
	timeout 60 $as "$T/bin/driver" $_option $_value "$F" p "$@" >"$T/log" 2>"$T/end"
	chmod -R u+rwx "$F/build" "$F/out"
	rm -rf "$F"
	cat "$T/end" "$T/log"
	grep -q "^$_end" "$T/end"
}

M=67108864 # 64 MiB
for_user() {
	w=$1
	ok "$w: memory files do not exist" ends "exit 3" memory $M memfd 200
	ok "$w: nor do shared segments" ends "exit 3" memory $M shm 200
	ok "$w: shared mappings count" ends "memory 0" memory $M shared 200
	ok "$w: a mapped file in /tmp counts once" ends "ok 0" memory $M mapped 48
	ok "$w: nobody can blind what counts" ends "memory 0" memory $M blind 200
	for folder in /build /opt/boot-hurd/out; do
		case $folder in /build) o=buildsize e=build ;; *) o=output e=output ;; esac
		ok "$w: $folder, plainly" ends "$e 0" $o 10485760 plain 40 $folder
		ok "$w: $folder, far down" ends "$e 0" $o 10485760 deep 40 $folder
		ok "$w: $folder, out of sight" ends "$e 0" $o 10485760 hidden 40 $folder
		ok "$w: $folder, out of sight but little" ends "ok 0" $o 10485760 hidden 4 $folder
		ok "$w: $folder, many names of one file" ends "ok 0" $o 10485760 names 4 $folder
	done
	ok "$w: a file without a name" ends "build 0" buildsize 10485760 unlinked 20 /build
	ok "$w: counts once" ends "leftover 0\|ok 0" buildsize 10485760 unlinked 4 /build
	ok "$w: a process that has ended holds nothing" ends "leftover 0\|ok 0" buildsize 10485760 zombie 4 /build
	ok "$w: one that nobody may look at does" ends "build 0" buildsize 10485760 unreadable 20 /build
	ok "$w: a time limit beyond any clock" ends "ok 0" time 18446744074 plain 0 /tmp
}

# For a moment while it starts, a program belongs to root, and whoever is not root may not look at it. So it is with
# each step; with 32,000 of them, on a busy machine, it happens in nine of ten runs of this test.
starts() {
	for _ in 1 2; do
		for k in 1 2 3 4; do
			F=$T/start$k
			mkdir -p "$F/build"
			ln -sfn "$T/in" "$F/in"
			[ -z "$as" ] || chown -R nobody "$F"
			timeout 120 $as "$T/bin/driver" buildsize 10485760 times 4000 "$F" p nothing 0 >"$T/log$k" 2>&1 &
		done
		wait
		cat "$T"/log[1-4]
		[ "$(grep -c '^ok 0 4000' "$T"/log[1-4] | grep -c ':1$')" = 4 ] || return 1
	done
}

as=
for_user "as $(id -un)"
if [ "$(id -u)" -eq 0 ]; then
	as="setpriv --reuid 65534 --regid 65534 --clear-groups --"
	for_user "as nobody"
fi
ok "not as root: a program that starts ends no build" starts
done_testing
