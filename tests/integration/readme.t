#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The README as a new user has it: each line of the tour is typed as it stands, in order, by somebody with an empty
# home; the folder of the store is removed as it says. Needs the Debian archive once, as mes.t does.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
unshare -Urm true 2>/dev/null || skip_all "user namespaces are not allowed here"

sed -n '/^## A tour/,/^## /s/^    //p' README.md >"$T/tour"
lines=$(wc -l <"$T/tour")
ok "the tour has at most twenty lines" [ "$lines" -le 20 -a "$lines" -ge 15 ]

mkdir -p "$T/home/tour"
HOME=$T/home
PATH=$BUILD/bin:$PATH
export HOME PATH
unset BOOT_HURD_STATE
cd "$T/home/tour" || exit 1
boot-hurd source fetch mes >"$T/fetch" 2>&1 || skip_all "the Debian archive cannot be reached: $(tail -1 "$T/fetch")"

# typed LINE: as at a prompt. Only what the line itself says may end with another status than 0.
typed() {
	_want=0
	case $1 in *"(Status 3:"*) _want=3 ;; esac
	_got=0
	bash -c "$1" </dev/null || _got=$?
	[ "$_got" = "$_want" ] || { echo "exit status $_got, not $_want"; return 1; }
}
while read -r line; do
	ok "$(echo "${line%%#*}" | sed 's/ *$//')" typed "$line" </dev/null
done <"$T/tour"
ok "all was built by this user, in the default place" test -d "$HOME/.local/share/boot-hurd/objects"
ok "… and taken by the other store, without a source" sh -c 'test ! -e other/sources || ! ls other/sources | grep .'
ok "what was written is there" test -f sed.lua -a -f mes.deb -a -s by-hand.sh -a -d out/mes-0.24.2
ok "the new recipe can be read" boot-hurd show --recipes default --recipes . sed

remove=$(sed -n 's/.*to remove one: `\([^`]*\)`.*/\1/p' "$OLDPWD/README.md")
ok "a store is removed as the README says" sh -c "$remove"
ok "… it is gone" test ! -e "$HOME/.local/share/boot-hurd"
done_testing
