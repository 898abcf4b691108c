#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds on the nodes of a real Slurm on loopback: what comes of it is what is built here; nodes die, slurmctld
# goes and comes back, jobs are cancelled, builds fail.
# shellcheck disable=SC2154 # n is lib.sh's
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
for p in munged slurmctld slurmd sbatch squeue scancel; do
	command -v $p >/dev/null || skip_all "Slurm is not installed: $p (make setup-check)"
done
[ -z "${THROUGH_DAEMON:-}" ] || skip_all "the daemon's environment has no cluster"
[ "$(id -u)" = 0 ] || skip_all "slurmd needs root"
need_tool
. tests/integration/slurm_cluster.sh
trap 'cluster_down; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
cluster_up >"$T/up" 2>&1 || skip_all "Slurm does not start here: $(tail -1 "$T/up")"
X=$T/exchange
for node in n1 n2; do
	"$BH" key generate $node --state "$T/nodes/$node" | cut -d' ' -f2 >"$T/$node.key"
done
on_slurm() { # STATE WORD…
	_state=$1
	shift
	timeout 300 "$BH" build --no-daemon --recipes "$T/recipes" --state "$_state" --executor slurm \
		--exchange "$X" --node-state "$T/nodes" --max-memory 1G \
		--node-key "$(cat "$T/n1.key")" --node-key "$(cat "$T/n2.key")" "$@"
}
recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'two' } },"
recipe three "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'three' } },"
recipe all "inputs = { 'two', 'three' }, steps = { { 'src/tool', 'write', out 'file', 'all' } },"
recipe bad "inputs = { 'one' }, steps = { { 'src/tool', 'fail', '3' } },"
for i in 1 2 3 4; do
	recipe slow$i "steps = { { 'src/tool', 'sleep', '4000', out 'file', 'slow$i' } },"
done
recipe slow "inputs = { 'slow1', 'slow2', 'slow3', 'slow4' }, steps = { { 'src/tool', 'write', out 'file', 'slow' } },"

# same TARGET STATE: the objects there are those that are built here
same() {
	"$BH" build --no-daemon -q --recipes "$T/recipes" --state "$T/here" "$1" >"$T/hash.here" || return 1
	"$BH" build --no-daemon -q --recipes "$T/recipes" --state "$2" "$1" >"$T/hash.there"
	diff "$T/hash.here" "$T/hash.there"
}
# jobs STATE: how many there are
jobs_in() {
	squeue -h -t "$1" 2>/dev/null | wc -l
}
until_jobs() { # STATE: until there is one
	for _ in $(seq 150); do
		[ "$(jobs_in "$1")" -gt 0 ] && return 0
		sleep 0.2
	done
	return 1
}

no_jobs() { # no job whose name begins with $1 is in the queue, in a while
	for _ in $(seq 300); do
		[ "$(squeue -h -o %j | grep -c "^$1")" = 0 ] && return 0
		sleep 0.2
	done
	squeue
	return 1
}

ended() { # STATUS LOG: a run that was waited for
	[ "$1" = 0 ] || { cat "$T/$2.log"; return 1; }
}

ok "four steps on two nodes" on_slurm "$T/a" all
ok "the same hashes as here" same all "$T/a"
ok "the store is sound" "$BH" store check --state "$T/a"
ok "the exchange is a publication that others check" sh -c "'$BH' attest --check '$X'/attestations/*/*.json --state '$T/nodes/n1' || '$BH' attest --check '$X'/attestations/*/*.json --state '$T/nodes/n2' || { cat '$T'/nodes/n2/keys/n2.public >'$T/k'; '$BH' key import '$T/k' --state '$T/nodes/n1'; '$BH' attest --check '$X'/attestations/*/*.json --state '$T/nodes/n1'; }"
ok "another store takes the answers that are there" fails 0 "4 of 4 done" on_slurm "$T/b" all
ok "a failed build is one, with its log" fails 1 "the build failed on node n" on_slurm "$T/a" bad
ok "a second time it is tried again" fails 1 "the build failed on node n" on_slurm "$T/a" bad
ok "… as another attempt" sh -c "[ \"\$(find '$X/attempts' -name '*.json' | wc -l)\" = 2 ]"
ok "other keys' words do not count" fails 1 "without an answer" "$BH" build --no-daemon \
	--recipes "$T/recipes" --state "$T/c" --executor slurm --exchange "$T/exchange2" --node-state "$T/nodes" \
	--max-memory 1G --node-key "$("$BH" key generate x --state "$T/x" | cut -d' ' -f2)" one
ok "what sbatch refuses is an error" fails 1 "nvalid partition" on_slurm "$T/c" slow --slurm-option=--partition=none

ok "no job is left of all this" no_jobs ""

# slurmctld goes and comes back. It may have forgotten that jobs of before have ended, and carry them out again.
on_slurm "$T/d" slow >"$T/d.log" 2>&1 &
run=$!
until_jobs R
kill -9 "$(cat "$C/ctld.pid")"
sleep 3
slurmctld
wait $run
ok "slurmctld was killed and came back" ended $? d
ok "… and holds no job that nobody waits for" no_jobs slow
ok "… the same hashes" same slow "$T/d"

# a node dies
rm -rf "$X"
on_slurm "$T/e" slow >"$T/e.log" 2>&1 &
run=$!
until_jobs R
job=$(squeue -h -t R -w n1 -o %A | head -1)
node_kill n1 "$job"
scontrol update nodename=n1 state=down reason=test
wait $run
ok "a node was killed in the middle" ended $? e
ok "… the same hashes" same slow "$T/e"
slurmd -N n1
scontrol update nodename=n1 state=resume 2>/dev/null

# an operator cancels all jobs; then we are interrupted
rm -rf "$X"
on_slurm "$T/f" slow >"$T/f.log" 2>&1 &
run=$!
until_jobs R
scancel -t R --user="$(id -u)"
wait $run
ok "jobs were cancelled" ended $? f
ok "… it said so" grep -q "again, after CANCELLED" "$T/f.log"
rm -rf "$X"
# straight, without timeout(1): the signal is for boot-hurd
"$BH" build --no-daemon --recipes "$T/recipes" --state "$T/g" --executor slurm --exchange "$X" \
	--node-state "$T/nodes" --max-memory 40G --node-key "$(cat "$T/n1.key")" \
	--node-key "$(cat "$T/n2.key")" slow >"$T/g.log" 2>&1 &
run=$!
until_jobs R
kill -TERM $run
kill -TERM $run
wait $run
ok "an interrupted run leaves no job" no_jobs slow
done_testing
