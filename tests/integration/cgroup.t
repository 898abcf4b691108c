#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where a control group (v2) with the controllers memory and pids is delegated, each run has one of its own, in
# which the kernel holds it to its limits; a build sees nothing of it, and nothing of it stays.
#
# Root makes such a group for nobody here; there must be a hierarchy that has both controllers. PROGRAMS is a
# folder with driver, p (limits_probe) and h (host_probe), for a machine that cannot compile them.
# shellcheck disable=SC2086,SC2317 # words are split on purpose; functions are called by name
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
unshare -Urmpf true 2>/dev/null || skip_all "user namespaces are not allowed here"
[ "$(id -u)" -eq 0 ] || skip_all "only root can delegate a control group to somebody else"
top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
for c in memory pids; do
	grep -qw $c "$top/cgroup.controllers" 2>/dev/null ||
		skip_all "there is no control group v2 with the controller $c here"
done
G=$top/boot-hurd-test-$$
echo "+cpuset" 2>/dev/null >"$top/cgroup.subtree_control"
echo "+memory +pids" >"$top/cgroup.subtree_control" && mkdir "$G" ||
	skip_all "no control group can be made here"
# shellcheck disable=SC2154 # d: of the trap
trap 'chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"; for d in "$G"/* "$G"; do [ ! -d "$d" ] || rmdir "$d"; done' EXIT
chown 65534 "$G" "$G/cgroup.procs" "$G/cgroup.subtree_control" "$G/cgroup.threads"

chmod 755 "$T"
mkdir -p "$T/in/bin"
if [ -n "${PROGRAMS:-}" ]; then
	cp "$PROGRAMS/p" "$PROGRAMS/h" "$T/in/bin"
	cp "$PROGRAMS/driver" "$T/driver"
else
	flags="-std=gnu17 -O1 -Wall -D_GNU_SOURCE"
	gcc $flags -static -o "$T/in/bin/p" tests/integration/limits_probe.c &&
		gcc $flags -static -o "$T/in/bin/h" tests/integration/host_probe.c ||
		skip_all "no static programs can be made here"
	gcc $flags -Isrc -o "$T/driver" tests/integration/sandbox_driver.c "$BUILD/lib/sandbox.a" \
		"$BUILD/lib/base.a" -lseccomp -lpthread || skip_all "the driver cannot be built"
fi

# run WHERE ARGUMENT…: a run of the driver as nobody, in the group that is delegated (in) or where we are (out).
run() {
	_where=$1
	shift
	F=$T/run
	rm -rf "$F"
	mkdir -p "$F/build"
	ln -s "$T/in" "$F/in"
	chown -R 65534 "$F"
	# What a run has moved aside leaves a group that takes no process while it has controllers.
	sed 's/[a-z][a-z]*/-&/g' "$G/cgroup.subtree_control" >"$G/cgroup.subtree_control"
	# shellcheck disable=SC2016
	timeout 120 sh -c '[ "$1" = out ] || echo $$ >"$2/cgroup.procs"; shift 2
		exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"' sh "$_where" "$G" "$T/driver" "$@" \
		>"$T/log" 2>"$T/end"
	cat "$T/end" "$T/log"
}
# ends WHERE LINE ARGUMENT…
ends() {
	_w=$1 _line=$2
	shift 2
	run "$_w" "$@"
	grep -q "^$_line" "$T/end"
}
gone() {
	ls "$G"
	[ -z "$(find "$G" -name 'build-*')" ]
}
# alongside FUNCTION: while a run sleeps in its group; then how it ended
alongside() {
	run in memory 67108864 processes 20 "$T/run" p crowd 10 >"$T/both" 2>&1 &
	for _ in $(seq 300); do
		B=$(find "$G" -name 'build-*')
		# A file there has no size.
		[ -n "$B" ] && read -r _ 2>/dev/null <"$B/cgroup.procs" && break
		sleep 0.05
	done
	"$@"
	_r=$?
	wait $!
	cat "$T/end"
	return $_r
}
limited() {
	[ "$(cat "$B/memory.max") $(cat "$B/pids.max") $(cat "$B/memory.oom.group")" = "67108864 21 1" ]
}
M="memory 67108864"
ok "memory that no process has mapped: the kernel ends it" ends in "memory 0 1 the limit is 64 MiB" $M "$T/run" p away 200
ok "… which counting does not see" ends out "ok 0" $M "$T/run" p away 200
ok "memory of a process" ends in "memory 0" $M "$T/run" p blind 200
ok "less than that" ends in "ok 0" $M "$T/run" p blind 20
ok "processes" ends in "processes 0 1 the limit is 20" processes 20 "$T/run" p crowd 40
ok "as many as may be" ends in "ok 0" processes 20 "$T/run" p crowd 15
ok "a run has a group with its limits" alongside limited
ok "… and had it to its end" grep -q "^ok 0" "$T/end"
ok "nothing of them stays" gone
fewer() {
	echo 4 >"$B/pids.max"
}
ok "the kernel refuses a process" alongside fewer
ok "… and the run ends for that, whatever its program makes of it" grep -q "^processes 0 1 .*kernel" "$T/end"
run in $M processes 20 "$T/run" h /build/seen
cp "$T/run/build/seen" "$T/seen"
ok "a build was looked at in a group" grep -q "cgroup: 0::/$" "$T/seen"
run out $M processes 20 "$T/run" h /build/seen
ok "… and sees the same without" diff "$T/seen" "$T/run/build/seen"
killed() {
	_d=$(cat "$G/supervisor/cgroup.procs")
	kill -9 $_d
}
alongside killed >/dev/null
mkdir "$G/build-1-0" && chown 65534 "$G/build-1-0"
ok "the group of an engine that was killed" [ -d "$G/build-1-0" ]
ok "… is removed by the next" ends in "ok 0" $M "$T/run" p blind 1
ok "… and so are all" gone
done_testing
