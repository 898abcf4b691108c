#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What starts plans beside the clock: a branch of recipes that moves, a peer's index, sources that leave Debian's
# archive. Nothing is lost or done twice when the daemon is killed; servers that do not answer are asked less and less.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
for p in jq git curl apt-get sqlite3; do
	command -v $p >/dev/null || skip_all "$p is needed"
done
BHD=$BUILD/bin/boot-hurdd
S=$BOOT_HURD_STATE
C=$CONTROL
export HOME="$T/home"
mkdir -p "$HOME"
trap quit EXIT
# config PLANS [PEERS]
config() {
	cat >"$T/config.json" <<EOF2
{ "peers": [ ${2:-} ], "daemon": { "state": "$S", "recipes": "$T/recipes", "control": { "socket": "$C" },
  "schedule": [ $1 ] } }
EOF2
}
check() {
	"$BHD" --config "$T/config.json" --check
}
answers() {
	curl -sS --max-time 5 --unix-socket "$C" http://localhost/1/status
}
start() {
	"$BHD" --config "$T/config.json" >/dev/null 2>>"$T/log" &
	pid=$!
	await answers
}
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
# runs PLAN FILTER: of its runs, newest first
runs() {
	ask "[.runs[] | select(.plan == \"$1\")] | $2" history -a
}
plan() { # NAME TRIGGERS [MORE]
	echo "{ \"name\": \"$1\", \"triggers\": [ $2 ], \"pause\": 1${3:+, $3} }"
}

# ---- --check ----
# refused TEXT PLAN
refused() {
	config "$2"
	ok "--check: $1" fails 1 "$1" check
}
run='"run": [["build", "one"]]'
recipe one "version = '1', steps = { { 'src/tool', 'write', out 'file', 'one' } },"
refused 'expected either "every" or "at", or "triggers"' "{ \"name\": \"p\", $run }"
refused 'schedule.triggers: expected objects with "git", "peer" or "sources"' "$(plan p '{}' "$run")"
refused 'schedule.triggers: expected a list' "{ \"name\": \"p\", \"triggers\": {}, $run }"
refused 'schedule.triggers.git: expected the URL' "$(plan p '{ "git": "--upload-pack=x" }' "$run")"
refused 'schedule.triggers.git: expected the URL' "$(plan p '{ "git": "ext::sh -c x" }' "$run")"
refused 'schedule.triggers.branch: this cannot be a branch' "$(plan p '{ "git": "https://x/y", "branch": "a..b" }' "$run")"
refused 'schedule.triggers.folder: expected a path below' "$(plan p '{ "git": "https://x/y", "folder": "../x" }' "$run")"
refused "plan p: triggers: there is no peer 'nobody'" "$(plan p '{ "peer": "nobody" }' "$run")"
refused 'schedule.triggers.poll: at least 1 s' "$(plan p '{ "peer": "nobody", "poll": 0 }' "$run")"
refused 'schedule.triggers.folder: there is no such field' "$(plan p '{ "peer": "nobody", "folder": "x" }' "$run")"
refused "a plan has one branch" "$(plan p '{ "git": "/a" }, { "git": "/b" }' "$run")"
refused "the plan has the recipes of its branch" "$(plan p '{ "git": "/a" }' "$run, \"recipes\": \"/x\"")"
refused "plan p: source upstream --json nonesuch" "$(plan p '{ "sources": ["nonesuch"] }')"
refused "plan p: build --frob" "$(plan p '{ "git": "/a" }' '"run": [["build", "--frob"]]')"
config "$(plan p '{ "git": "https://example.org/r.git", "branch": "x/y", "folder": "recipes" }' '"run": [["build", "unknown-yet"]]')"
ok "--check: what a branch has is not known before" fails 0 "" check

# ---- a branch ----
G=$T/git
git init -q -b main "$G"
git -C "$G" config user.email a@b && git -C "$G" config user.name n
cp -r "$T/recipes" "$T/src" "$G"
# commit TEXT: "one" is that
commit() {
	sed -i "s/'file', '[a-z0-9]*'/'file', '$1'/" "$G/recipes/10-stage0/one.lua"
	git -C "$G" add -A && git -C "$G" commit -q -m "$1" && git -C "$G" rev-parse HEAD
}
first=$(commit first)
config "$(plan follow "{ \"git\": \"$G\", \"folder\": \"recipes\", \"poll\": 1 }" "$run")"
: >"$T/log"
start
ok "a branch that is new: the plan runs" await runs follow 'length == 1 and .[0].state == "done"'
ok "… and says why" runs follow ".[0].cause | startswith(\"branch main of $G is at $(printf %.12s "$first")\")"
ok "… with the recipes of that commit" runs follow ".[0].revision == \"$first\" and (.[0].recipes | endswith(\"/daemon/recipes/follow/$first/recipes\"))"
ok "… checked out by a job of the run" ask '[.jobs[] | .command[0:2]] | index([["source", "checkout"]]) != null' jobs -a
ok "jobs says what began them" fails 0 "(follow: branch main of" "$BH" jobs
ok "status: what is watched" fails 0 "plan follow watches git $G main: asked 20" "$BH" status
ok "… as JSON" ask ".triggers[0] | .plan == \"follow\" and .seen == \"$first\" and .pending == \"\" and .failures == 0" status
ok "… and that no clock starts it" fails 0 "next when triggered" "$BH" status
second=$(commit second)
ok "it moves: the plan runs again" await runs follow "length == 2 and .[0].state == \"done\" and .[0].revision == \"$second\""
ok "… builds what it has now" ask '[.results[] | select(.verdict == "built")] | length == 2' history one
ok "… the old checkout is gone" [ "$(ls "$S/daemon/recipes/follow")" = "$second" ]
sleep 2.5
ok "it stays: no run" runs follow 'length == 2'

# killed between the look and the run: as the database has it then
kill -9 "$pid"
wait "$pid" 2>/dev/null
sqlite3 "$S/db.sqlite" "UPDATE triggers SET pending = '$first', cause = 'as left by a kill'"
start
ok "killed before the run: it is made up for" await runs follow 'any(.state == "done" and .cause == "as left by a kill")'
ok "… and the branch, which has moved since, is looked at again" await runs follow "length == 4 and .[0].revision == \"$second\""
stop
start
sleep 2.5
ok "a restart repeats nothing" runs follow 'length == 4'
for i in 1 2 3 4 5; do
	commit "k$i" >"$T/last"
	sleep "0.$((i * 37 % 10))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	start
done
last() {
	runs follow "[.[] | select(.revision == \"$(cat "$T/last")\" and .state == \"done\")] | length == 1"
}
ok "killed five times while it moves: the last commit has been built, once" await last
ok "… each run by a trigger is of another commit" runs follow '[.[] | select(.attempt == 1 and .cause != "as left by a kill" and (.cause | startswith("retry") | not)) | .cause] | length == (unique | length) + 1'
rm -rf "$T/away" && mv "$G" "$T/away"
ok "a server that does not answer" await ask '.triggers[0] | .failures >= 2 and (.error | length > 0)' status
ok "… status says so" fails 0 "in a row: " "$BH" status
ok "… is asked less and less" await grep -q "next look in 4 s" "$T/log"
ok "… no run" runs follow 'all(.state != "skipped")'
mv "$T/away" "$G"
commit back >"$T/last"
ok "it answers again" await last
stop

# ---- no room ----
config "$(plan follow "{ \"git\": \"$G\", \"folder\": \"recipes\", \"poll\": 1 }" "$run")"
sed -i 's/"daemon": {/"daemon": { "min_free": "900T",/' "$T/config.json"
commit full >"$T/last"
start
ok "no room: the run is skipped" await runs follow '.[0].state == "skipped" and (.[0].cause | startswith("branch main"))'
ok "… what was seen waits" ask '.triggers[0].pending != ""' status
stop
sed -i 's/"min_free": "900T",//' "$T/config.json"
start
ok "… until there is room" await last
stop

# ---- a peer ----
P=$T/publication
BOOT_HURD_STATE=$T/theirs "$BH" key generate them >/dev/null 2>&1
key=$(BOOT_HURD_STATE=$T/theirs "$BH" key list 2>/dev/null | grep -o 'them:[^ ]*' | head -1)
theirs() {
	BOOT_HURD_STATE=$T/theirs bh build "$1" && BOOT_HURD_STATE=$T/theirs bh publish "$P" --key them
}
theirs one >/dev/null 2>&1
config "$(plan agree '{ "peer": "them", "poll": 1 }' '"run": [["verify", "--peers", "one"]]')" "{ \"name\": \"them\", \"location\": \"$P\", \"keys\": [\"$key\"] }"
ok "--check: a peer that there is" fails 0 "" check
start
ok "a peer: its index is new" await runs agree 'length == 1 and .[0].cause == "peer them has a new index" and (.[0].state != "running")'
sleep 2
ok "… it stays: no run" runs agree 'length == 1'
recipe two "steps = { { 'src/tool', 'write', out 'file', 'two' } },"
theirs two >/dev/null 2>&1
ok "… it publishes: a run" await runs agree 'length == 2'
ok "the branch is watched no more" ask '[.triggers[].plan] == ["agree"]' status
stop

# ---- sources ----
. tests/integration/debian_archive.sh
ok "source upstream: all is there" fails 0 "1 pinned in the archive: 1 listed, 0 served only, 0 left, 0 with other bytes" bh source upstream pinned --no-daemon
# shellcheck disable=SC2154 # it is that of debian_archive.sh
sources 2 "$sum"
ok "… a new version is listed, the old one still served" fails 0 "served pinned-1 hello debian:h/hello/hello_1.orig.tar; the archive has 2-1" bh source upstream pinned --no-daemon
sources 1 "$(echo x | sha256sum | cut -d' ' -f1)"
ok "… other bytes under its name" fails 2 "other  pinned-1 hello" bh source upstream pinned --no-daemon
sources 1 "$sum"
config "$(plan watch '{ "sources": ["pinned"], "poll": 1 }')"
start
await ask '.triggers[0].asked != null' status
sleep 2.5
ok "sources that are there: no run" ask '[.runs[] | select(.plan == "watch")] | length == 0' history -a
sources 2 "$sum"
rm "$A/pool/main/h/hello/hello_1.orig.tar"
ok "a pinned version leaves: a run" await runs watch 'length == 1 and .[0].state == "done"'
ok "… which says so" runs watch '.[0].cause == "1 pinned file is not in Debian'\''s archive any more: hello of pinned-1"'
ok "… it is a verdict" ask '.results[0] | .mode == "source" and .verdict == "left" and .detail.sources[0].versions == ["2-1"]' history pinned
ok "… that status counts" fails 0 "source: 1 left" "$BH" status
bh publish --pages "$T/pages" >/dev/null 2>&1
ok "… and the overview has" grep -q 'debian:h/hello/hello_1.orig.tar</td><td>left the archive</td><td>2-1</td>' "$T/pages/index.html"
ok "… it makes no output" grep -q '<h1>1 outputs</h1>\|<h1>1 output</h1>' "$T/pages/outputs.html"
ok "… runs.html says what is watched" grep -q '>watch</th><td>sources pinned</td>' "$T/pages/runs.html"
ok "the API has it" jq -e '.triggers[0].watch == "sources pinned"' "$T/pages/api/v1/status.json"
sleep 2.5
ok "… it stays away: no more runs" runs watch 'length == 1'
sources 1 "$sum"
ok "… it comes back: a run" await runs watch 'length == 2 and .[0].state == "done" and (.[0].cause | startswith("all pinned files are"))'
echo "Rubbish" >"$A/dists/test/main/source/Sources"
ok "a list that cannot be had is an error" await ask '.triggers[0] | .failures > 0 and (.error | test("is none of a list of sources"))' status
ok "… and no run" runs watch 'length == 2'
stop
rm -r "$S/upstream"
ok "offline, without lists" fails 1 "apt has no list of sources" bh source upstream pinned --no-daemon --offline
pid=
done_testing
