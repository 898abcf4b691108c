#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# boot-hurdd --check reads plans to the end: command, options, targets, keys; the sample configuration.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
recipe one "version = '1', steps = { { 'src/tool', 'write', out 'file', 'one' } },"
export HOME="$T/home"
mkdir -p "$HOME"
# config COMMANDS [MORE]: of the plan "night"
config() {
	cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$BOOT_HURD_STATE", "recipes": "$T/recipes"${2:+, $2},
  "schedule": [ { "name": "night", "every": "1d", "run": $1 } ] } }
EOF2
}
check() {
	"$BUILD/bin/boot-hurdd" --config "$T/config.json" --check
}
config '[["build", "one"], ["verify", "--sample", "10%", "one-1"], ["gc", "--older-than", "3d"], ["verify"]]'
ok "plans that can be carried out" check
ok "… of which nothing has been" sh -c "! [ -e '$BOOT_HURD_STATE/db.sqlite' ]"
config '[["bulid", "one"]]'
ok "a command that there is not" fails 1 "plan night: bulid one: " check
config '[["build", "--frobnicate", "one"]]'
ok "an option" fails 1 "plan night: build --frobnicate one: unknown option '--frobnicate'" check
config '[["verify", "--sample", "lots", "one"]]'
ok "a value" fails 1 "plan night: verify --sample lots one: " check
config '[["build", "one", "nonesuch"]]'
ok "a target" fails 1 "nonesuch" check
ok "… by the plan's name" fails 1 "plan night: build one nonesuch: " check
config '[["build"]]'
ok "an operand" fails 1 "plan night: build: build: an operand is missing" check
config '[["publish", "--key", "nokey", "/srv/p"]]'
ok "a key" fails 1 "nokey" check
"$BH" key generate main --no-daemon >/dev/null 2>&1
config '[["publish", "--key", "main", "/srv/p"]]'
ok "… that there is" check
config '[["build", "one"]]' '"alarms": { "key": "other", "targets": [ { "name": "a", "url": "http://h/" } ] }'
ok "the key of alarms" fails 1 "daemon.alarms.key: " check
config '[["build", "x"], ["frob"]]'
ok "every fault is told" [ "$(check 2>&1 | grep -c "plan night: ")" = 2 ]
config '[["build", "a\u001b[2Jb"]]'
ok "… without control characters" sh -c "! '$BUILD/bin/boot-hurdd' --config '$T/config.json' --check 2>&1 | grep -q \"\$(printf '\\033')\""
ok "the sample" "$BUILD/bin/boot-hurdd" --config doc/boot-hurdd.json --state "$BOOT_HURD_STATE" --check
done_testing
