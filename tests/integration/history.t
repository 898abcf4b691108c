#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The history: status, jobs, history, cancel, retry; retries of plans; what SIGKILL leaves.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
command -v jq >/dev/null || skip_all "jq is needed"
BHD=$BUILD/bin/boot-hurdd
write='{ "src/tool", "write", out "file",'
recipe one "version = '1', steps = { $write 'one' } },"
recipe two "inputs = { 'one' }, steps = { $write 'two' } },"
recipe fail "steps = { { 'src/tool', 'fail', '7' } },"
recipe random "steps = { { 'src/tool', 'random', out 'file' } },"
recipe slow "steps = { $write 'x' }, { 'src/tool', 'sleep', '61000', out 'x' } },"
for i in 1 2 3 4 5 6 7 8; do
	recipe "step$i" "steps = { $write '$i' }, { 'src/tool', 'sleep', '150', out 'x' } },"
done
S=$BOOT_HURD_STATE
C=$CONTROL
export HOME="$T/home"
mkdir -p "$HOME"

config() {
	cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$S", "recipes": "$T/recipes", "control": { "socket": "$C" }${1:+, $1} } }
EOF2
}
answers() {
	curl -sS --max-time 5 --unix-socket "$C" http://localhost/1/status
}
start() {
	"$BHD" --config "$T/config.json" >/dev/null 2>>"$T/log" &
	pid=$!
	await answers
}
trap quit EXIT
# ask FILTER COMMAND…: jq -e FILTER of what COMMAND --json prints
ask() {
	_filter=$1
	shift
	"$BH" "$@" --json >"$T/ask.json" 2>"$T/ask.err"
	jq -e "$_filter" "$T/ask.json" || {
		cat "$T/ask.json" "$T/ask.err"
		return 1
	}
}

# without a daemon
bh build one >/dev/null 2>&1
ok "no history yet" fails 0 "nothing has been recorded yet" "$BH" history
ok "status without a daemon" fails 3 "no boot-hurdd answers" "$BH" status
ok "status --no-daemon: the store alone" fails 0 "without asking a daemon" "$BH" status --no-daemon
ok "cancel --no-daemon has no meaning" fails 1 "--no-daemon has no meaning here" "$BH" cancel 1 --no-daemon
ok "retry --no-daemon has no meaning" fails 1 "--no-daemon has no meaning here" "$BH" retry 1 --no-daemon
ok "cancel without a daemon" fails 1 "no boot-hurdd answers" "$BH" cancel 1
bh verify two >/dev/null 2>&1
ok "a verify on the command line is a run" ask '.runs[0] | .cause == "command line" and .state == "done" and .plan == ""' history
ok "… with a verdict on each output" ask '[.results[] | select(.mode == "rebuild")] | length == 1 and .[0].verdict == "reproduced" and .[0].wall_ns > 0' history two
ok "… whose detail is the report's" ask '.results[0].detail.baseline == "none"' history one
ok "a name without its version" ask '.results[0].output == "one-1"' history one
ok "a target that nothing is known of" fails 1 "nothing is recorded about 'nonesuch'" "$BH" history nonesuch
bh verify random >/dev/null 2>&1
ok "a difference" ask '.results[0] | .verdict == "differs" and .other != .object and (.detail.differences | length == 1)' history random
ok "… is done all the same" ask '.runs[0].state == "done"' history
ok "the standing verdicts" ask '.standing.rebuild == { "reproduced": 2, "differs": 1 }' status

# jobs of clients
config
: >"$T/log"
start
ok "a client's build" bh build two one
ok "… is a job of a run" ask '.jobs[-1] | .state == "done" and .status == 0 and .command[0] == "build"' jobs
ok "… with its output kept" [ -f "$S/daemon/jobs/$(jq -r '.jobs[-1].job' "$T/ask.json").log" ]
bh build fail >/dev/null 2>&1
ok "a failure" ask '.jobs[-1] | .state == "failed" and .status == 1' jobs
ok "… with its reason" ask '.runs[0] | .state == "failed" and .reason == "exit status 1"' history
ok "… and what failed" ask '.results[0] | .verdict == "failed" and .mode == "build" and (.detail.error | length > 0)' history fail
job=$("$BH" jobs --json | jq -r '.jobs[-1].job')
ok "retry: it runs again" fails 0 "runs it again" "$BH" retry "$job"
again() {
	ask ".jobs[-1] | .job > $job and .state == \"failed\" and .command[0] == \"build\" and any(.command[]; . == \"fail\")" jobs
}
ok "… and fails again" await again
ok "… which the run says" ask ".runs[0].cause == \"retry of job $job\"" history
ok "retry what is no job" fails 1 "there is no job 9999" "$BH" retry 9999
ok "… or no number" fails 1 "is not the number of a job" "$BH" retry x
bh build slow >"$T/out" 2>&1 &
client=$!
runs_slow() {
	ask '.jobs | length == 1' jobs --running && ask '.results[0].verdict == "running"' history slow
}
ok "a job runs, and its step" await runs_slow
job=$(jq -r '.results[0].job' "$T/ask.json")
ok "status says so" fails 0 "1 job runs" "$BH" status
ok "… but not when it is not asked" sh -c "! '$BH' status --no-daemon | grep 'job runs'"
ok "retry what still runs" fails 1 "still runs" "$BH" retry "$job"
ok "cancel" fails 0 "at once" "$BH" cancel --now "$job"
wait $client
ok "… its client hears of it" [ $? = 130 ]
ok "… it is cancelled" ask '.jobs[-1].state == "cancelled"' jobs
ok "… on request" ask '.runs[0].reason == "on request"' history
ok "cancel what has ended" fails 1 "there is no such job" "$BH" cancel "$job"
stop

# plans
config '"schedule": [ { "name": "bad", "every": "1d", "retries": 2, "pause": "3s", "run": [ [ "build", "fail" ], [ "build", "one" ] ] },
	{ "name": "check", "every": "1d", "run": [ [ "verify", "two", "random" ] ] } ]'
rm -f "$S/daemon/schedule"
start
thrice() {
	ask '[.runs[] | select(.plan == "bad")] | length == 3 and (map(.attempt) == [3, 2, 1]) and all(.state == "failed")' history
}
ok "a plan that fails is tried again, twice" await thrice
ok "… with growing pauses" ask '[.runs[] | select(.plan == "bad") ] | (.[0].started | fromdate) - (.[1].ended | fromdate) > (.[1].started | fromdate) - (.[2].ended | fromdate)' history -a
ok "… and why" ask '[.runs[] | select(.plan == "bad")][0].reason | test("build ended with status 1; what follows was not run")' history
verified() {
	ask '[.runs[] | select(.plan == "check")][0].state == "done"' history
}
ok "a plan that finds a difference is done" await verified
ok "status lists plans" fails 0 "plan bad: last 20" "$BH" status
job=$("$BH" jobs --json | jq -r '[.jobs[] | select(.command[0] == "verify")][-1].job')
ok "retry: the plan runs again" fails 0 "plan check runs next" "$BH" retry "$job"
twice() {
	ask "[.runs[] | select(.plan == \"check\")] | length == 2 and .[0].cause == \"retry of job $job\"" history
}
ok "… does" await twice
stop
config '"min_free": "900T", "schedule": [ { "name": "full", "every": "1s", "run": [ [ "build", "one" ] ] } ]'
start
skipped() {
	ask '[.runs[] | select(.plan == "full")][0] | .state == "skipped" and (.reason | test("MiB free on the disk of .*needed"))' history
}
ok "no room: the run is skipped, and says why" await skipped
stop

# retention
config '"history": { "runs": 1, "keep": "400d" }'
start
kept() {
	ask '[.runs[] | select(.plan == "bad")] | length == 1' history -a
}
ok "old runs are forgotten" await kept
ok "… the standing verdicts are not" ask '.standing.rebuild == { "reproduced": 2, "differs": 1 }' status
ok "… logs go with their jobs" sh -c "[ \$(ls '$S/daemon/jobs' | wc -l) -le \$('$BH' jobs -a --json | jq '.jobs | length') ]"

# SIGKILL
stop
config
start
for i in 1 2 3 4 5 6; do
	bh build step1 step2 step3 step4 step5 step6 step7 step8 --jobs 1 >"$T/out" 2>"$T/err" &
	client=$!
	sleep "0.$((i * 3 % 10))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	wait $client 2>/dev/null
	grep -o '^built step[0-9]' "$T/err" | sed 's/built //' >>"$T/built"
	start
done
ok "killed: no run goes on" ask 'all(.runs[]; .state != "running")' history -a
ok "… the runs are lost, and say so" ask 'any(.runs[]; .state == "lost" and (.reason | test("is gone")))' history -a
told() {
	while read -r step; do
		ask 'any(.results[]; .verdict == "built")' history "$step" || return 1
	done <"$T/built"
}
ok "… all that was told to be built is in the history" told
ok "… the store is sound" fails 0 "0 problems" bh store check
stop
ok "rebuild-db brings the history over" fails 0 "runs of the history" "$BH" store rebuild-db
ok "… indeed" ask '.standing.rebuild == { "reproduced": 2, "differs": 1 }' status
pid=
done_testing
