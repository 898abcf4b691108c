#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds on a real Slurm: over a web server; what jobs may use; a full queue; a job that Slurm ends for its time.
# shellcheck disable=SC2154 # n is lib.sh's
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
for p in munged slurmctld slurmd sbatch squeue scancel python3; do
	command -v $p >/dev/null || skip_all "Slurm is not installed: $p (make setup-check)"
done
[ -z "${THROUGH_DAEMON:-}" ] || skip_all "the daemon's environment has no cluster"
[ "$(id -u)" = 0 ] || skip_all "slurmd needs root"
need_tool
. tests/integration/slurm_cluster.sh
finish() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null
	cluster_down
	chmod -R u+w "$T" 2>/dev/null
	rm -rf "$T"
}
trap finish EXIT
cluster_up >"$T/up" 2>&1 || skip_all "Slurm does not start here: $(tail -1 "$T/up")"
for node in n1 n2; do
	"$BH" key generate $node --state "$T/nodes/$node" | cut -d' ' -f2 >"$T/$node.key"
done
# on_slurm STATE EXCHANGE WORD…
on_slurm() {
	_state=$1 _exchange=$2
	shift 2
	timeout 500 "$BH" build --no-daemon --recipes "$T/recipes" --state "$_state" --executor slurm \
		--exchange "$_exchange" --node-state "$T/nodes" --max-memory 1G \
		--node-key "$(cat "$T/n1.key")" --node-key "$(cat "$T/n2.key")" "$@"
}
recipe one "sources = { { tree '../../src', as = 'src' } }, steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one/file' } },"
recipe three "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'three' } },"
recipe all "inputs = { 'two', 'three' }, steps = { { 'src/tool', 'write', out 'file', 'all' } },"
recipe bad "inputs = { 'one' }, steps = { { 'src/tool', 'fail', '3' } },"
recipe long "steps = { { 'src/tool', 'sleep', '150000', out 'file', 'long' } },"
recipe over "limits = { time = 3 }, steps = { { 'src/tool', 'sleep', '600000', out 'file', 'over' } },"
for i in 1 2 3 4; do
	recipe short$i "steps = { { 'src/tool', 'sleep', '3000', out 'file', 'short$i' } },"
done
recipe shorts "inputs = { 'short1', 'short2', 'short3', 'short4' }, steps = { { 'src/tool', 'write', out 'file', 'shorts' } },"
same() { # TARGET STATE: the objects there are those that are built here
	"$BH" build --no-daemon -q --recipes "$T/recipes" --state "$T/here" "$1" >"$T/hash.here" || return 1
	"$BH" build --no-daemon -q --recipes "$T/recipes" --state "$2" "$1" >"$T/hash.there"
	diff "$T/hash.here" "$T/hash.there"
}
until_job() { # NAME: until it runs; its number goes to $T/job
	for _ in $(seq 150); do
		squeue -h -t R -n "$1" -o %A >"$T/job"
		[ -s "$T/job" ] && return 0
		sleep 0.2
	done
	squeue
	return 1
}

# A job that Slurm ends since it ran out of its time is handed in again. That takes minutes: meanwhile the rest.
on_slurm "$T/long" "$T/exchange.long" long >"$T/long.log" 2>&1 &
long=$!
ok "a long job runs" until_job long
job=$(cat "$T/job")
scontrol show job "$job" >"$T/shown"
ok "its time is the default and 15 minutes" grep -w 'TimeLimit=1-00:15:00' "$T/shown"
ok "… its memory the limit and 512 MiB" grep -wE 'MinMemoryNode=(1536M|1\.50?G)' "$T/shown"
scontrol update jobid="$job" timelimit=1

# a web server
mkdir "$T/web"
tests/integration/put_server.py "$T/web" "$T/port" &
server=$!
for _ in $(seq 100); do
	[ -s "$T/port" ] && break
	sleep 0.1
done
W=http://127.0.0.1:$(cat "$T/port")/x
ok "over a web server" on_slurm "$T/a" "$W" all
ok "… the same hashes as here" same all "$T/a"
ok "… inputs and outputs went through it" sh -c "ls '$T/web/x/nar' | grep -c . | grep -qv '^[01]$' && find '$T/web/x/attestations' -name '*.json' | grep -q ."
ok "… a failed build is one, with its log" fails 1 "the build failed on node n" on_slurm "$T/a" "$W" bad
ok "… another store takes the answers that are there" fails 0 "4 of 4 done" on_slurm "$T/b" "$W" all
kill $server
wait $server 2>/dev/null
ok "… a server that is gone is an error" fails 1 "127.0.0.1" on_slurm "$T/c" "$W" one
server=

# limits of a recipe
ok "over the recipe's time: the build failed" fails 1 "the build failed on node n" on_slurm "$T/a" "$T/exchange" over
ok "… and its log says why" fails 0 "took longer than its time limit" "$BH" log over --no-daemon --state "$T/a" --recipes "$T/recipes"

# -j: so many are in the queue
on_slurm "$T/j" "$T/exchange" shorts -j 1 >"$T/j.log" 2>&1 &
run=$!
most=0
while kill -0 $run 2>/dev/null; do
	now=$(squeue -h -o %j | grep -c '^short')
	[ "$now" -gt $most ] && most=$now
	sleep 0.3
done
wait $run
ok "-j 1" [ $? = 0 ]
ok "… one job at a time" [ "$most" = 1 ]

# A queue that takes no more, as sbatch says it then: boot-hurd waits.
mkdir "$T/bin"
cat >"$T/bin/sbatch" <<EOF2
#!/bin/sh
n=\$(cat "$T/refused" 2>/dev/null || echo 0)
if [ "\$n" -lt 3 ]; then
	echo \$((n + 1)) >"$T/refused"
	echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2
	echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)" >&2
	exit 1
fi
exec $(command -v sbatch) "\$@"
EOF2
chmod +x "$T/bin/sbatch"
full() {
	rm -rf "$T/exchange"
	PATH="$T/bin:$PATH" on_slurm "$T/full" "$T/exchange" three >"$T/full.log" 2>&1
}
ok "a full queue is waited for" full
ok "… three times" [ "$(cat "$T/refused")" = 3 ]
ok "… the same hashes" same three "$T/full"

wait $long
ended=$?
cat "$T/long.log" >&2
ok "a job that ran out of its time, then another" [ $ended = 0 ]
ok "… it said so" grep "again, after TIMEOUT" "$T/long.log"
done_testing
