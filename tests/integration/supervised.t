#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the daemon tells systemd and the journal: ready, status, that it lives; entries with fields.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
command -v python3 >/dev/null || skip_all "python3 is needed"
recipe one "version = '1', steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe loud "steps = { { 'src/tool', 'fail', '7' } },"
export HOME="$T/home"
mkdir -p "$HOME"
cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$BOOT_HURD_STATE", "recipes": "$T/recipes", "control": { "socket": "$T/control" },
  "schedule": [ { "name": "p", "every": "300d", "retries": 0, "run": [["verify", "one"], ["build", "loud"]] } ] } }
EOF2
# supervised SECONDS OPTION…
supervised() {
	_s=$1
	shift
	unshare -Urm sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh tests/integration/supervise.py "$_s" \
		"$BUILD/bin/boot-hurdd" "$@" >"$T/told" 2>&1
}
ok "a service starts and stops" supervised 8 --config "$T/config.json"
ok "… with status 0" grep -x "exit 0" "$T/told"
ok "it says that it is ready, and that it stops" sh -c "grep -x 'notify READY=1' '$T/told' && grep -x 'notify STOPPING=1' '$T/told'"
ok "… that it lives, again and again" [ "$(grep -c -x 'notify WATCHDOG=1' "$T/told")" -ge 5 ]
ok "… what it does" grep "notify STATUS=[0-9]* jobs\? runs\?.*; next: p at 20" "$T/told"
ok "the journal has entries with a priority" grep 'entry MESSAGE="boot-hurdd [0-9.]* manages .*" PRIORITY="6" SYSLOG_IDENTIFIER="boot-hurdd"' "$T/told"
ok "… that name job, plan and run" grep '^entry BOOT_HURD_JOB="[0-9]*" BOOT_HURD_PLAN="p" BOOT_HURD_RUN="1" MESSAGE="job [0-9]* of p: verify one"' "$T/told"
ok "… a warning for what failed" grep '^entry BOOT_HURD_PLAN="p" BOOT_HURD_RUN="1" MESSAGE="p: build ended with status 1" PRIORITY="4"' "$T/told"
ok "… and nothing beside" sh -c "! grep '^stderr .' '$T/told'"
# The journal is not what standard error is: lines.
ok "elsewhere it writes lines" sh -c "JOURNAL_STREAM=1:1 '$BUILD/bin/boot-hurdd' --config /nonexistent 2>'$T/err'; grep '^<3>cannot start' '$T/err'"
ok "--state that beats the file is said" supervised 2 --config "$T/config.json" --state "$T/other"
ok "… with what the file names" grep "PRIORITY=\"4\"" "$T/told"
ok "… in words" grep -F "the configuration names $BOOT_HURD_STATE" "$T/told"
done_testing
