#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What --help says against what the manual says: each command and each long option stands in both, and
# every exit status of the code is in the manual.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
manual=doc/boot-hurd.1.scd

# Options that all commands have are told once, at the head of the manual.
common=" --help --version --recipes --override-source --state --offline --color --quiet --no-daemon "
commands=$("$BH" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
section() { # COMMAND: its part of the manual
	awk -v c="$1" '/^# COMMANDS/ { on = 1; next } /^# / { on = 0 }
		on && /^\*/ { mine = index($0, "*" c "*") > 0 || index($0, "*" c " ") > 0 }
		on && mine' $manual
}
options() {
	grep -oE -e '--[a-z][a-z0-9-]+' | sort -u
}
helped() { # of a command and of its verbs
	"$BH" "$1" --help >"$T/help"
	for _verb in $(verbs "$1"); do
		"$BH" "$1" "$_verb" --help >>"$T/help" 2>&1
	done
	options <"$T/help"
}
verbs() { # COMMAND: as its --help lists them
	"$BH" "$1" --help | sed -n '/^Usage: boot-hurd [a-z]* VERB/,$s/^  \([a-z][a-z-]*\) .*/\1/p'
}
same_verbs() {
	for _verb in $(verbs "$1"); do
		section "$1" | grep -q -e "\*$1\* [^,]*\b$_verb\b" ||
			{ echo "$1 $_verb is not in the manual"; return 1; }
		"$BH" "$1" "$_verb" --help | grep -q "^Usage: boot-hurd $1 $_verb" || return 1
	done
}
same_options() {
	section "$1" >"$T/section"
	[ -s "$T/section" ] || { echo "the manual has no section for $1"; return 1; }
	_bad=0
	for _o in $(helped "$1"); do
		case $common in *" $_o "*) continue ;; esac
		grep -q -e "$_o\b" "$T/section" || { echo "$_o is not in the manual"; _bad=1; }
	done
	for _o in $(options <"$T/section"); do
		case $common in *" $_o "*) continue ;; esac
		helped "$1" | grep -qx -e "$_o" || { echo "$_o is not in --help"; _bad=1; }
	done
	return $_bad
}
ok "commands are listed" [ "$(echo "$commands" | wc -w)" -ge 15 ]
for c in $commands; do
	ok "$c: --help" fails 0 "Usage: boot-hurd $c" "$BH" "$c" --help
	ok "$c: --version" fails 0 "boot-hurd " "$BH" "$c" --version
	ok "$c: the options of --help and of the manual" same_options "$c"
	ok "$c: the verbs of --help are in the manual" same_verbs "$c"
done
common_options() {
	for _o in $common; do
		grep -q -e "\*$_o" $manual || { echo "$_o is not in the manual"; return 1; }
	done
}
ok "common options are in the manual" common_options
statuses() {
	for _s in $(sed -n '/^enum cmd_exit/,/^}/s/.*= \([0-9]*\),.*/\1/p' src/cmd/cmd.h); do
		grep -qx "\*$_s\*" $manual || { echo "exit status $_s is not in the manual"; return 1; }
	done
}
ok "exit statuses are in the manual" statuses

# What has no meaning is refused, not ignored.
refused() { # OPTION, then the command
	_option=$1
	shift
	fails 1 "$_option has no meaning" "$BH" "$@"
}
ok "key generate --nix" refused --nix key generate x --nix
ok "key import --nix" refused --nix key import /dev/null --nix
ok "peer list --key" refused --key peer list --key x
ok "peer remove --trust" refused --trust peer remove x --trust votes
ok "peer test --key" refused --key peer test --key x
ok "attest --check --key" refused --key attest --check /dev/null --key x
ok "attest --check --print" refused --print attest --check /dev/null --print
ok "build -n --substitute" refused --substitute build -n --substitute x
ok "verify --seed alone" refused --seed verify --seed 1 x
ok "verify --fetch-different alone" refused --fetch-different verify --fetch-different /tmp x
for _o in "--jobs 2" "--rounds 2" "--vary umask" "--sample 50%" "--seed 1"; do
	# shellcheck disable=SC2086
	ok "verify --peers $_o" refused "${_o%% *}" verify --peers $_o x
done
done_testing
