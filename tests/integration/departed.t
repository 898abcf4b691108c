#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A pinned version leaves Debian's archive: whoever is to hear of it does, and once, whenever the daemon is killed.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
for p in jq python3 curl apt-get; do
	command -v $p >/dev/null || skip_all "$p is needed"
done
BHD=$BUILD/bin/boot-hurdd
S=$BOOT_HURD_STATE
export HOME="$T/home"
mkdir -p "$HOME" "$T/got"
tests/integration/alarm_server.py "$T/got" &
server=$!
finish() {
	kill $server 2>/dev/null
	quit
}
trap finish EXIT
: >"$T/log"
await test -f "$T/got/ports"
read -r SMTP HTTP <"$T/got/ports"
"$BH" key generate main --no-daemon >/dev/null 2>&1
. tests/integration/debian_archive.sh
cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$S", "recipes": "$T/recipes", "control": { "socket": "$CONTROL" },
  "alarms": { "pause": 1, "key": "main", "smtp": { "server": "smtp://127.0.0.1:$SMTP", "from": "boot-hurd@test.example" },
    "targets": [ { "name": "ops", "mail": ["a@test.example"], "on": "worse" },
                 { "name": "hook", "url": "http://127.0.0.1:$HTTP/" } ] },
  "schedule": [ { "name": "watch", "triggers": [ { "sources": ["pinned"], "poll": 1 } ], "pause": 1,
                  "notify": ["ops", "hook"] } ] } }
EOF2
start() {
	"$BHD" --config "$T/config.json" >/dev/null 2>>"$T/log" &
	pid=$!
	await curl -sS --max-time 5 --unix-socket "$CONTROL" http://localhost/1/status
}
kill_it() {
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
}
calls() {
	[ "$(find "$T/got/hook" -name '[0-9]*[0-9]' | wc -l)" = "$1" ]
}
mails() {
	[ "$(find "$T/got/mail" -name '[0-9]*[0-9]' | wc -l)" = "$1" ]
}
runs() {
	"$BH" history --json | jq -e "[.runs[] | select(.plan == \"watch\" and .state == \"done\")] | length == $1"
}
# body N FILTER: of call N
body() {
	jq -r .body "$T/got/hook/$(printf %04d "$1")" | base64 -d >"$T/body"
	jq -e "$2" "$T/body" || {
		cat "$T/body"
		return 1
	}
}
# messages STATE N: so many are in that state
messages() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
sys.exit(db.execute("SELECT count(*) FROM messages WHERE state = ?", (sys.argv[2],)).fetchone()[0] != int(sys.argv[3]))' \
		"$S/db.sqlite" "$1" "$2"
}

start
sleep 2.5
ok "all is there: nobody hears" calls 0

# Nobody takes the message, the daemon is killed, and again before it can try a second time.
echo refuse >"$T/got/mode"
# shellcheck disable=SC2154 # it is that of debian_archive.sh
sources 2 "$sum"
rm "$A/pool/main/h/hello/hello_1.orig.tar"
ok "a pinned version leaves" await runs 1
ok "… two messages wait" await messages waiting 2
kill_it
start
kill_it
echo ok >"$T/got/mode"
start
ok "killed twice: the mail comes" await mails 1
ok "… and the call" await calls 1
ok "… with what left" body 1 '.plan == "watch" and (.changes | length == 1) and (.changes[0] | .output == "pinned-1" and .mode == "source" and .was == "" and .now == "left")'
ok "… in words" grep -a "pinned-1 (sources in Debian's archive): left" "$T/got/mail/0001"
ok "… in the subject, too" grep -a "^Subject: \[boot-hurd\] watch: pinned-1: left" "$T/got/mail/0001"
ok "both are sent" await messages sent 2
kill_it
start
sleep 3
ok "it stays away, the daemon starts again: no second run" runs 1
ok "… no second call" calls 1
ok "… no second mail" mails 1

# Killed when it has been handed over, before the answer: it comes twice, under one id.
echo hold >"$T/got/mode"
echo bytes >"$A/pool/main/h/hello/hello_1.orig.tar"
sources 1 "$sum"
ok "it comes back: the one that hears each change has it" await calls 2
kill_it
echo ok >"$T/got/mode"
start
ok "killed before the answer: nothing waits" await sh -c "test \"\$(python3 - '$S/db.sqlite' <<'E'
import sqlite3, sys
print(sqlite3.connect('file:%s?mode=ro' % sys.argv[1], uri=True).execute(\"SELECT count(*) FROM messages WHERE state IN ('planned', 'waiting')\").fetchone()[0])
E
)\" = 0"
ok "… all has been told, each under one id" tests/integration/alarm_check.py complete "$T/got" "$S/db.sqlite"
ok "… and the one that hears of what is worse has one mail" mails 1
stop
pid=
done_testing
