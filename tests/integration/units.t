#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The units for systemd, as they are installed: systemd understands every line of them.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
command -v systemd-analyze >/dev/null || skip_all "there is no systemd-analyze here"
units=$T/root/usr/lib/systemd/system
mkdir -p "$units" "$T/run"
# The programs are where the units say, in a root of their own.
for u in boot-hurdd.service boot-hurdd.socket boot-hurdd-failed.service; do
	sed "s|@prefix@|$T/root/usr|" src/daemon/systemd/$u >"$units/$u"
done
mkdir -p "$T/root/usr/bin"
ln -s "$BUILD/bin/boot-hurdd" "$T/root/usr/bin/boot-hurdd"
# verify UNIT: without a word about it; of other units of this machine it may say what it likes
verify() {
	XDG_RUNTIME_DIR=$T/run systemd-analyze verify --man=no --recursive-errors=no "$units/$1" >"$T/said" 2>&1
	_status=$?
	grep "boot-hurdd" "$T/said" && return 1
	[ $_status = 0 ] || cat "$T/said"
	return $_status
}
ok "the service" verify boot-hurdd.service
ok "the socket" verify boot-hurdd.socket
ok "the alarm" verify boot-hurdd-failed.service
ok "… is what a failure of the service starts" grep -x "OnFailure=boot-hurdd-failed.service" "$units/boot-hurdd.service"
ok "--state does not beat the file" sh -c "! grep -e '--state' '$units/boot-hurdd.service'"
echo "Frobnicate=yes" >>"$units/boot-hurdd.socket"
ok "a line that is not understood would be reported" fails 1 "Frobnicate" verify boot-hurdd.socket
sed -i 's|^ExecStart=.*|ExecStart=/nonexistent/boot-hurdd|' "$units/boot-hurdd.service"
ok "… and a program that is not there" fails 1 "/nonexistent/boot-hurdd" verify boot-hurdd.service
ok "no word is left to be filled in" sh -c "! grep -r @ '$units'"
if command -v systemd-sysusers >/dev/null; then
	ok "the user" systemd-sysusers --dry-run "$PWD/src/daemon/systemd/boot-hurd.sysusers"
else
	n=$((n + 1))
	echo "ok $n - the user # SKIP there is no systemd-sysusers here"
fi
done_testing
