#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Alarms: a plan's notify tells mail and a URL what changed; servers that fail, daemons that are killed.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
for p in jq python3 openssl curl; do
	command -v $p >/dev/null || skip_all "$p is needed"
done
BHD=$BUILD/bin/boot-hurdd
S=$BOOT_HURD_STATE
C=$CONTROL
export HOME="$T/home"
mkdir -p "$HOME" "$T/got"
good() {
	recipe x "version = '1', steps = { { 'src/tool', 'write', out 'file', '$1' } },"
}
bad() {
	recipe x "version = '1', steps = { { 'src/tool', 'random', out 'file' } },"
}
good one
recipe y "version = '1', steps = { { 'src/tool', 'write', out 'file', 'y' } },"
tests/integration/alarm_server.py "$T/got" &
server=$!
finish() {
	kill $server 2>/dev/null
	quit
}
trap finish EXIT
await test -f "$T/got/ports"
read -r SMTP HTTP <"$T/got/ports"
mode() {
	echo "$1" >"$T/got/mode"
}
# config [ATTEMPTS]
config() {
	cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$S", "recipes": "$T/recipes", "control": { "socket": "$C" },
  "alarms": { "pause": 1, "attempts": ${1:-1000}, "key": "main",
    "smtp": { "server": "smtp://127.0.0.1:$SMTP", "from": "boot-hurd@test.example" },
    "targets": [ { "name": "ops", "mail": ["a@test.example", "b@test.example"], "on": "worse" },
                 { "name": "hook", "url": "http://127.0.0.1:$HTTP/path?x=1" } ] },
  "schedule": [ { "name": "p", "every": "300d", "retries": 0, "notify": ["ops", "hook"],
                  "run": [["verify", "x", "y"]] } ] } }
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
# mails N, calls N: so many have come
mails() {
	[ "$(find "$T/got/mail" -name '[0-9]*[0-9]' | wc -l)" = "$1" ]
}
calls() {
	[ "$(find "$T/got/hook" -name '[0-9]*[0-9]' | wc -l)" = "$1" ]
}
# body N FILTER: of call N
body() {
	jq -r .body "$T/got/hook/$(printf %04d "$1")" | base64 -d >"$T/body"
	jq -e "$2" "$T/body" || {
		cat "$T/body"
		return 1
	}
}
# again: the plan runs once more, to its end
again() {
	_job=$("$BH" jobs --json | jq '.jobs[-1].job')
	_run=$("$BH" history --json | jq '.runs[0].run')
	"$BH" retry "$_job" >/dev/null || return 1
	await ended "$_run"
}
ended() {
	"$BH" history --json | jq -e ".runs[0] | .run > $1 and .state != \"running\""
}
settled() {
	python3 - "$S/db.sqlite" <<-'EOF2'
		import sqlite3, sys
		db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
		sys.exit(db.execute("SELECT count(*) FROM messages WHERE state IN ('planned', 'waiting')").fetchone()[0])
	EOF2
}
"$BH" key generate main --no-daemon >"$T/key" 2>&1
awk '{ print $2 }' "$T/key" >"$T/key.public"

config
: >"$T/log"
start
ok "the first run" await ended 0
ok "… is dealt with" await settled
ok "that all is well at first is not worth a message" calls 0
ok "… for anybody" mails 0
bad
ok "one output differs" again
ok "a mail comes" await mails 1
ok "a call comes" await calls 1
m=$T/got/mail/0001
ok "the mail: to both" sh -c "grep 'RCPT TO:<a@test.example>' '$m' && grep 'RCPT TO:<b@test.example>' '$m'"
ok "… its headers" sh -c "tr -d '\r' <'$m' | grep -x 'Subject: \[boot-hurd\] p: x-1: differs' && grep -a '^Message-ID: <bh_[0-9_]*.ops@test.example>' '$m' && grep '^Auto-Submitted: auto-generated' '$m' && grep '^Date: ' '$m'"
ok "… its words" grep "x-1 (rebuilt): differs, was reproduced" "$m"
ok "the call: what changed" body 1 '.schema == 1 and .plan == "p" and .state == "done" and (.changes | length == 1) and (.changes[0] | .output == "x-1" and .mode == "rebuild" and .was == "reproduced" and .now == "differs")'
ok "… by the path that was asked for, as JSON" jq -e '.path == "/path?x=1" and .headers["content-type"] == "application/json"' "$T/got/hook/0001"
ok "… is signed" tests/integration/alarm_check.py signatures "$T/got" "$T/key.public"
ok "nothing new" again
ok "… is dealt with" await settled
ok "… and not told" calls 1
good two
ok "it is well again" again
ok "… which the one hears that wants each change" await calls 2
ok "… and the other does not" mails 1

mode refuse
bad
ok "servers that refuse" again
refused() {
	[ "$(grep -c "cannot tell $1 about run .* again in" "$T/log")" -ge 2 ]
}
ok "… are tried again: the URL" await refused hook
ok "… the mail" await refused ops
ok "… and nothing is lost meanwhile" calls 2
mode redirect
good three
ok "a redirect" again
redirected() {
	grep "the server answered 302, a redirect" "$T/log"
}
ok "… is not an answer" await redirected
mode ok
ok "when they work again" await settled
ok "… all has come" tests/integration/alarm_check.py complete "$T/got" "$S/db.sqlite"

# killed when it has all been handed over, before the answer
mode hold
bad
ok "a server that takes and does not answer" again
ok "… has it" await calls 5
kill -9 "$pid"
wait "$pid" 2>/dev/null
mode ok
start
ok "after SIGKILL" await settled
ok "… it has come under one id" tests/integration/alarm_check.py complete "$T/got" "$S/db.sqlite"
ok "… twice, which the id tells" sh -c "jq -r '.headers[\"webhook-id\"]' '$T/got'/hook/* | sort | uniq -d | grep bh_"
# killed anywhere
for i in 1 2 3 4 5 6 7 8; do
	if [ $((i % 2)) = 0 ]; then bad; else good "$i"; fi
	"$BH" retry "$("$BH" jobs --json | jq '.jobs[-1].job')" >/dev/null 2>&1
	sleep "0.$(printf %s 09 17 26 33 42 51 63 78 | cut -c $((2 * i - 1))-$((2 * i)))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	start >/dev/null
done
good last
again >/dev/null
ok "killed again and again" await settled
ok "… nothing is lost, nothing has two ids" tests/integration/alarm_check.py complete "$T/got" "$S/db.sqlite"

# a plan that fails
rm "$T/recipes/10-stage0/y.lua"
hooks=$(find "$T/got/hook" -name '[0-9]*[0-9]' | wc -l)
ok "a plan that fails" again
ok "… is reported" await calls $((hooks + 1))
ok "… with the reason" body $((hooks + 1)) '.state == "failed" and .was == "done" and (.reason | test("status 1")) and .changes == []'
recipe y "version = '1', steps = { { 'src/tool', 'write', out 'file', 'y' } },"
ok "that it works again" again
ok "… too" await calls $((hooks + 2))
ok "… in words" body $((hooks + 2)) '.state == "done" and .was == "failed"'

# giving up; a message that cannot go out does not keep others
kill "$pid"
wait "$pid" 2>/dev/null
config 2
mode refuse
start
bad
ok "what nobody takes" again
gave_up() {
	grep "hook is not told about run .* after 2 attempts" "$T/log"
}
ok "… is given up in the end" await gave_up
mode hang
good four
ok "a server that hangs" again
sleep 0.5
before=$(date +%s)
stop
ended=$?
ok "… does not hold up the end" [ $ended = 0 ]
ok "… for long" [ $(($(date +%s) - before)) -lt 20 ]
pid=

# by hand, and by systemd when the service has failed
mode ok
calls_now=$(find "$T/got/hook" -name '[0-9]*[0-9]' | wc -l)
ok "--alarm" "$BHD" --config "$T/config.json" --alarm "the service is <down>"
ok "… tells all" calls $((calls_now + 1))
ok "… the text" body $((calls_now + 1)) '.text == "the service is <down>"'
mode refuse
ok "… and fails when it cannot" fails 1 "the server answered 503" "$BHD" --config "$T/config.json" --alarm x
done_testing
