#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# boot-hurdd: the same results with and without it, ^C, reload, drain, its own death, activation,
# schedule.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
BHD=$BUILD/bin/boot-hurdd
write='{ "src/tool", "write", out "file",'
recipe one "version = '1', steps = { $write 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one-1/file' } },"
recipe fail "steps = { { 'src/tool', 'true' }, { 'src/tool', 'fail', '7' } },"
recipe random "steps = { { 'src/tool', 'random', out 'file' } },"
recipe kept "steps = { $write 'kept' } },"
recipe slow "steps = { $write 'x' }, { 'src/tool', 'sleep', '4000', out 'x' } },"
recipe slow2 "inputs = { 'slow' }, steps = { $write 'x' } },"
recipe away "steps = { $write 'x' }, { 'src/tool', 'sleep', '2000', out 'x' } },"
recipe away2 "inputs = { 'away' }, steps = { $write 'x' } },"
recipe slower "steps = { $write 'y' }, { 'src/tool', 'sleep', '62000', out 'x' } },"
recipe slowest "steps = { $write 'z' }, { 'src/tool', 'sleep', '61000', out 'x' } },"

unset BOOT_HURD_STATE BOOT_HURD_SOCKET
export HOME="$T/home"
S=$T/served
C=$T/run/control
mkdir -p "$HOME"

# config TEXT: the configuration, TEXT added to the object "daemon"
config() {
	cat >"$T/config.json" <<EOF
{ "daemon": { "state": "$S", "control": { "socket": "$C", "jobs": 3 }, "drain": "30s"${1:+, $1} } }
EOF
}
status() {
	curl -sS --max-time 5 --unix-socket "$C" http://localhost/1/status
}
start() {
	"$BHD" --config "$T/config.json" >/dev/null 2>>"$T/log" &
	pid=$!
	await status >"$T/started"
}
trap quit EXIT
logged() {
	grep -q -- "$1" "$T/log"
}
# far COMMAND…, near COMMAND…: with and without the daemon; what is printed, without times
far() {
	BOOT_HURD_SOCKET=$C bh "$@"
}
near() {
	BOOT_HURD_STATE="$T/near" bh "$@" --no-daemon
}
run() {
	_r=0
	"$@" >"$T/out" 2>"$T/err" || _r=$?
	echo "status $_r"
	sed 's/^date .*/date/' "$T/out" # of a report: one may be a second later
	# two at a time: their order is not fixed
	sed -e 's/ in [0-9].*s\b/ in TIME/' -e "s|$S|STATE|g; s|$T/near|STATE|g" -e 's/-[0-9]*\.log/-N.log/' "$T/err" | sort
}
same() {
	run near "$@" >"$T/near.txt"
	run far "$@" >"$T/far.txt"
	diff "$T/near.txt" "$T/far.txt"
}

config
: >"$T/log"
start
ok "it starts" status
ok "its socket is its user's alone" [ "$(stat -c %a "$C")" = 600 ]
ok "the same: a build" same build two
ok "the daemon did it" logged "job 1: build .*two"
ok "… in its store" [ -d "$S/objects" ]
ok "the same: again" same build two
ok "the same: a failing build" same build fail
ok "the same: a dry run" same build -n two slow
ok "the same: verify" same --verify two
ok "the same: verify, something differs" sh -c "
	'$BH' --verify random --recipes '$T/recipes' --no-daemon --state '$T/near2' >/dev/null 2>&1; a=\$?
	BOOT_HURD_SOCKET='$C' '$BH' --verify random --recipes '$T/recipes' >/dev/null 2>&1; b=\$?
	[ \$a = 2 ] && [ \$b = 2 ]"
ok "the same: verify --json" sh -c "
	BOOT_HURD_SOCKET='$C' '$BH' --verify --json two --recipes '$T/recipes' 2>/dev/null | jq -e '.outputs | length == 2'"
ok "the same: no such target" same build nonesuch
ok "the same: no such option" same build --frobnicate
ok "the same: help" same build --help
ok "the same: root list" same root list
ok "the same: a relative folder" sh -c "cd '$T' && BOOT_HURD_SOCKET='$C' '$BH' build one --recipes recipes"
ok "the same: output that is not text" sh -c "
	printf 'return recipe { name = \"bytes\", sources = { { tree \"../../src\", as = \"src\" } }, steps = { { \"src/tool\", \"write\", out \"file\", \"a\\\\xff\\\\xfeb\" } } }' >'$T/recipes/10-stage0/bytes.lua'
	'$BH' build bytes --recipes '$T/recipes' --no-daemon --state '$T/near' >'$T/a' 2>&1
	BOOT_HURD_SOCKET='$C' '$BH' build bytes --recipes '$T/recipes' >'$T/b' 2>&1
	rm '$T/recipes/10-stage0/bytes.lua'
	sed 's/ in .*//' '$T/a' >'$T/a2'; sed 's/ in .*//' '$T/b' | cmp - '$T/a2'"
ok "what only reads uses the daemon's store" fails 0 "$S/objects/" far store path two
mkdir -p "$T/xdg/boot-hurd" && ln -s "$C" "$T/xdg/boot-hurd/control"
ok "it is found in XDG_RUNTIME_DIR" sh -c "XDG_RUNTIME_DIR='$T/xdg' '$BH' store path two --recipes '$T/recipes' | grep -q '^$S/'"
ok "another store is none of its business" sh -c "
	BOOT_HURD_SOCKET='$C' '$BH' build one --recipes '$T/recipes' --state '$T/elsewhere' && [ -d '$T/elsewhere/objects' ]"
jobs=$(grep -c "job .*:" "$T/log")
dead() { BOOT_HURD_SOCKET=$T/nobody "$BH" "$@" --recipes "$T/recipes"; }
ok "a socket that is named and silent is an error" fails 1 "no boot-hurdd answers on $T/nobody, which BOOT_HURD_SOCKET names" dead build one
ok "… with a state folder, too" fails 1 "no boot-hurdd answers on" dead build one --state "$T/elsewhere"
ok "… of status" fails 1 "no boot-hurdd answers on" dead status --state "$T/elsewhere"
ok "… doctor says so" fails 1 "no boot-hurdd answers on" env BOOT_HURD_SOCKET="$T/nobody" "$BH" doctor
ok "… not with --no-daemon" dead build one --no-daemon --state "$T/elsewhere"
ok "--no-daemon works without it" sh -c "BOOT_HURD_SOCKET='$C' '$BH' build one --recipes '$T/recipes' --no-daemon"
ok "… indeed" [ "$jobs" = "$(grep -c "job .*:" "$T/log")" ]
ok "progress on a terminal" sh -c "
	BOOT_HURD_SOCKET='$C' TERM=xterm script -qec \"'$BH' verify two --recipes '$T/recipes'\" /dev/null | grep -q \"\$(printf '\\033\\[A')\""

# requests
ask() {
	curl -sS --max-time 5 --unix-socket "$C" -w '%{http_code}' "$@"
}
ok "a command that is not run for clients" fails 0 400 ask http://x/1/jobs -d '{"arguments":["shell"]}'
ok "what is no JSON" fails 0 400 ask http://x/1/jobs -d '{"arguments"'
ok "an unknown member" fails 0 400 ask http://x/1/jobs -d '{"arguments":["gc"],"user":"root"}'
ok "a variable that must not be set" fails 0 400 ask http://x/1/jobs -d '{"arguments":["gc"],"environment":{"LD_PRELOAD":"x"}}'
ok "a request that is too long" sh -c "head -c 3000000 /dev/zero | tr '\\0' x >'$T/long'; curl -sS --unix-socket '$C' -o /dev/null -w '%{http_code}' --data-binary '@$T/long' -H 'Expect:' http://x/1/jobs | grep -q 413"
ok "a method" fails 0 405 ask -X DELETE http://x/1/jobs
ok "no such page" fails 0 404 ask http://x/1/frobnicate
ok "no such job" fails 0 404 ask http://x/1/jobs/99999/interrupt -d ''

# signals to the client
idle() {
	status | grep -q '"jobs":0'
}
busy() {
	status | grep -q '"jobs":1'
}
interrupt() {
	BOOT_HURD_SOCKET=$C tests/integration/interrupt.py "$@" --recipes "$T/recipes"
}
ok "^C once: the running build ends" fails 130 "" interrupt 1 "building slow" "$BH" build slow2
ok "… it was registered" [ -f "$(far store path slow 2>/dev/null)/file" ]
ok "… and nothing else was built" fails 1 "has not been built" far store path slow2
ok "^C twice: it is killed" fails 130 "soon" interrupt 2 "building slower" "$BH" build slower
ok "the daemon is idle again" await idle
BOOT_HURD_SOCKET=$C "$BH" build away2 --recipes "$T/recipes" >/dev/null 2>"$T/err" &
client=$!
ok "a job runs" await grep -q "building away" "$T/err"
kill -9 $client
wait $client 2>/dev/null
ok "the client is killed: the job ends" await idle
ok "… the running build was let end" [ -f "$(far store path away 2>/dev/null)/file" ]
ok "… and no other was begun" fails 1 "has not been built" far store path away2
# kill_jobs: interrupts each twice
kill_jobs() {
	for id in $(curl -sS --unix-socket "$C" http://x/1/jobs | jq '.[].job'); do
		curl -sS --unix-socket "$C" "http://x/1/jobs/$id/interrupt" -d ''
		curl -sS --unix-socket "$C" "http://x/1/jobs/$id/interrupt" -d ''
	done
}

# limits
for i in 1 2 3; do
	far build slower >/dev/null 2>&1 &
done
three() {
	status | grep -q '"jobs":3'
}
ok "three jobs" await three
ok "a fourth is refused" fails 1 "as many as are allowed" far build one
kill_jobs
ok "idle" await idle

# reload
config '"frobnicate": 1'
kill -HUP "$pid"
ok "a broken configuration is refused" await logged "daemon.frobnicate: there is no such field"
ok "… it goes on" far build one
ok "--check says so" fails 1 "there is no such field" "$BHD" --config "$T/config.json" --check
ok "broken at the start: it does not start" fails 1 "cannot start" "$BHD" --config "$T/config.json" --state "$T/state4"
# broken NAME TEXT MEMBERS: a configuration with MEMBERS is refused with TEXT, as the command does
broken() {
	echo "{ \"daemon\": { \"state\": \"$S\", \"control\": { \"socket\": \"$C\" } }, $3 }" >"$T/config.json"
	ok "$1: refused" fails 1 "$2" "$BHD" --config "$T/config.json" --check
	ok "… at the start" fails 1 "$2" "$BHD" --config "$T/config.json" --state "$T/state4"
	kill -HUP "$pid"
	ok "… at a reload" await logged "the configuration stays as it was: .*$2"
	ok "… in the same words as the command" sh -c "BOOT_HURD_CONFIG='$T/config.json' '$BH' peer list 2>&1 | grep -q '$2'"
}
broken "a peer without a name" "peers: item 1: wrong name" '"peers": [ { "location": "/x" } ]'
broken "a key that is none" "peers: item 1: wrong keys" '"peers": [ { "name": "a", "location": "/x", "keys": ["k"] } ]'
broken "a quorum of strangers" "is neither a peer nor a key id" '"quorum": { "need": 1, "of": [ "eve" ] }'
broken "more than there are" "quorum: 2 keys are needed" '"peers": [ { "name": "a", "location": "/x" } ], "quorum": { "need": 2, "of": [ "a" ] }'
broken "an unknown member" "unknown member" '"frobnicate": 1'
ok "… it goes on" far build one
# Jobs of the daemon read what is in force, not the file that was refused.
cat >"$T/good.json" <<EOF
{ "daemon": { "state": "$S", "control": { "socket": "$C", "jobs": 3 }, "drain": "30s", "recipes": "$T/recipes",
  "schedule": [ { "name": "peers", "every": "1s", "run": [ [ "verify", "--peers", "one" ] ] } ] },
  "peers": [ { "name": "nobody", "location": "$T/nobody" } ] }
EOF
cp "$T/good.json" "$T/config.json"
kill -HUP "$pid"
ok "scheduled: with the daemon's peers" await logged "peers: peer nobody at .*NO ANSWER"
sed -i 's/"name": "nobody"/"name": ""/' "$T/config.json"
kill -HUP "$pid"
ok "broken peers are refused" await logged "stays as it was: .*peers: item 1"
: >"$T/log"
ok "… and the old ones asked further" await logged "peers: peer nobody at .*NO ANSWER"
config '"schedule": [ { "name": "often", "every": "1s", "run": [ [ "build", "one" ], [ "build", "fail" ], [ "build", "two" ] ] } ], "recipes": "'"$T/recipes"'"'
kill -HUP "$pid"
ok "a new configuration is taken over" await logged "the configuration was read again"
ok "its schedule is kept" await logged "of often: build .*one"
ok "what follows a failure is not run" await logged "build ended with status 1; what follows is not run"
ok "output goes to the log" logged "often: .*this step fails on purpose"
ok "the status tells" sh -c "curl -sS --unix-socket '$C' http://x/1/status | jq -e '.schedule[0] | .name == \"often\" and .last > 0 and .next > 0'"
config '"gc": { "every": "1h", "older_than": 0 }'
far build kept >/dev/null 2>&1
kill -HUP "$pid"
ok "what was asked for by name outlives a collection" await logged "gc: .*deleted"
ok "… it is there" fails 0 "objects/" far store path kept
config '"gc": { "every": "1s", "older_than": 0, "keep_built": 0 }'
kill -HUP "$pid"
ok "unless the configuration keeps it no longer" await logged "gc: .*(kept)"
config '"min_free": "900T", "schedule": [ { "name": "full", "every": "1s", "run": [ [ "build", "one" ] ] } ]'
kill -HUP "$pid"
ok "a disk nearly full" await logged "full: skipped: .* free on the disk"
config
kill -HUP "$pid"
await idle

# others
ok "a second daemon on the state" sh -c "'$BHD' --config '$T/config.json' 2>&1 | grep -q 'another boot-hurdd manages'"
ok "a second daemon on the socket" sh -c "'$BHD' --config '$T/config.json' --state '$T/state3' 2>&1 | grep -q 'another boot-hurdd listens'"
ok "the first is well" far build one

# drain
far build slower >"$T/out" 2>&1 &
client=$!
await busy
kill "$pid"
ok "it drains" await logged "stopping: 1 jobs run"
ok "… no new jobs" fails 1 "about to stop" far build one
ok "… status says so" sh -c "curl -sS --unix-socket '$C' http://x/1/status | grep -q '\"draining\":true'"
kill "$pid"
sleep 1
kill "$pid"
ok "a second and third signal end it" await logged " stopped"
wait "$pid"
ok "… as it should" [ $? = 0 ]
wait $client
ok "the client was told" [ $? = 130 ]
ok "the socket is gone" [ ! -e "$C" ]
start
stop
chmod -R u+w "$S"
rm -rf "$S"
start
far build slow >"$T/out" 2>"$T/err" &
client=$!
await busy
kill "$pid"
wait $client
ok "a drain lets a job finish" [ $? = 0 ]
ok "… which tells its result" grep -q "slow$" "$T/out"
wait "$pid"
ok "… and ends well" [ $? = 0 ]

# its own death
start
far build slower slowest -j 2 >/dev/null 2>&1 &
client=$!
steps() {
	[ "$(pgrep -fc "tool sleep 6[12]000")" = "$1" ]
}
ok "two builds run" await steps 2
kill -9 "$pid"
wait "$pid" 2>/dev/null
ok "SIGKILL: no build is left" await steps 0
ok "… no engine is left" sh -c "! pgrep -f '[b]oot-hurd build --no-daemon.*$T'"
wait $client
ok "… the client says so" [ $? = 1 ]
ok "… the store is sound" fails 0 "0 problems" bh store check --state "$S"
ok "… the socket is stale" [ -S "$C" ]
start
ok "it starts again on it" status
ok "… what was built is there" fails 0 "0 to build" far build -n slow
stop
touch "$C"
ok "what is not a socket is not removed" sh -c "'$BHD' --config '$T/config.json' 2>&1 | grep -q 'is not a socket'"
rm "$C"
for i in 1 2 3 4 5; do
	start >/dev/null
	far build random slow2 >/dev/null 2>&1 &
	client=$!
	sleep "0.$((i * 17 % 10))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	wait $client 2>/dev/null
done
ok "killed at any time, the store is sound" fails 0 "0 problems" bh store check --state "$S"

# … in a verify, in a publish by schedule: nothing half done is left, and the next one goes on.
# killed_in COMMAND…: kills the daemon in the middle of what it does for COMMAND, at many instants
killed_in() {
	for i in 1 2 3 4 5 6 7 8; do
		start >/dev/null
		far "$@" >/dev/null 2>&1 &
		client=$!
		await busy || return 1
		sleep "0.0$((i * 7 % 10))"
		kill -9 "$pid"
		wait "$pid" 2>/dev/null
		wait $client 2>/dev/null
		fails 0 "0 problems" bh store check --state "$S" || return 1
	done
}
recipe pause "steps = { $write 'p' }, { 'src/tool', 'sleep', '300', out 'x' } },"
start
ok "build what is then verified" far build pause two
stop
ok "killed in a verify, the store is sound" killed_in verify pause two
start
ok "… and the next goes on" fails 0 "3 reproduced" far verify pause two
ok "… nothing unfinished is left" [ -z "$(ls "$S/tmp")" ]
stop
BOOT_HURD_STATE=$S bh key generate me --no-daemon >/dev/null
config '"recipes": "'"$T/recipes"'", "schedule": [ { "name": "publish", "every": "1d", "run": [ [ "publish", "'"$T/public"'" ] ] } ]'
publishing() {
	status | jq -e '.schedule[0].running or .schedule[0].status != null'
}
killed_in_publish() {
	for ms in 000 005 010 020 030 050 080 120; do
		rm -rf "$T/public" "$S/daemon/schedule"
		start >/dev/null
		await publishing || return 1
		sleep 0.$ms
		kill -9 "$pid"
		wait "$pid" 2>/dev/null
		fails 0 "0 problems" bh store check --state "$S" || return 1
		# What an index names is there: archives and attestations come first.
		for index in "$T"/public/index/*[0-9a-f]; do
			[ ! -f "$index" ] || grep -E '^[0-9a-f]{64} [0-9a-f]{64} ' "$index" | while read -r action _; do
				[ -f "$T/public/attestations/$action/$(basename "$index").json" ] || { echo "no attestation of $action"; exit 1; }
			done || return 1
		done
	done
}
ok "killed in a publish, all is sound" killed_in_publish
rm -f "$S/daemon/schedule"
: >"$T/log"
start
ok "… and the next one ends well" await logged "publish: published 0 results\|publish: published [0-9]* results"
published() {
	status | jq -e '.schedule[0].status == 0'
}
ok "… with status 0" await published
ok "… an index stands" [ -n "$(ls "$T/public/index")" ]
ok "… nothing written aside is left" [ ! -e "$T/public/.new" ]
stop
rm "$T/recipes/10-stage0/pause.lua"

# activation
config
mkdir -p "$T/pub"
echo "StoreDir: /nix/store" >"$T/pub/nix-cache-info"
config '"public": { "folder": "'"$T/pub"'" }'
C=$T/passed
tests/integration/activate.py "$T/messages" "$C" "$T/port" "$BHD" --config "$T/config.json" >/dev/null 2>>"$T/log" &
helper=$!
ok "socket activation: control" await status
pid=$(cat "$T/messages.pid")
ok "… READY=1" grep -q "^READY=1" "$T/messages"
ok "… public" sh -c "curl -sS http://127.0.0.1:$(cat "$T/port")/nix-cache-info | grep -q StoreDir"
ok "… jobs" far build slow
kill -HUP "$pid"
ok "… RELOADING=1" await grep -q "RELOADING=1 MONOTONIC_USEC=" "$T/messages"
ok "… still public" sh -c "curl -sS http://127.0.0.1:$(cat "$T/port")/nix-cache-info | grep -q StoreDir"
kill "$pid"
wait $helper
ok "… ends well" [ $? = 0 ]
ok "… STOPPING=1" grep -q "^STOPPING=1" "$T/messages"
ok "… the socket stays with who made it" [ -S "$C" ]
pid=
done_testing
