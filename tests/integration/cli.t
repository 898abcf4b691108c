#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line itself: help, version, what was meant, options before the command; and that an
# installed program finds its own recipes.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh

says() { # says TEXT COMMAND…
	_text=$1
	shift
	fails 0 "$_text" "$@"
}
narrow() { ! "$BH" "$@" | awk '{ gsub(/[^ -~]+/, "x") } length > 80' | grep .; }

ok "-V" says "boot-hurd 0." "$BH" -V
ok "--version" says "boot-hurd 0." "$BH" --version
ok "help" says "Commands:" "$BH" help
ok "help COMMAND" says "Usage: boot-hurd gc" "$BH" help gc
ok "help of no command" fails 1 "did you mean 'gc'?" "$BH" help gcc
ok "a command that was nearly meant" fails 1 "no command 'biuld'; did you mean 'build'?" "$BH" biuld
ok "one that was not" fails 1 "no command 'frobnicate'" "$BH" frobnicate
ok "an option that was nearly meant" fails 1 "unknown option '--dry-rum'; did you mean '--dry-run'?" \
	"$BH" gc --dry-rum
ok "… an abbreviation counts before a word that is near: all that are equally near" fails 1 \
	"unknown option '--kep'; did you mean '--keep-going' or '--keep-failed'?" "$BH" build --kep mes
ok "… a beginning that several have" fails 1 "did you mean '--keep-going' or '--keep-failed'?" "$BH" build --keep mes
ok "… a beginning with a mistake in it" fails 1 "did you mean '--substitute'?" "$BH" build --subsitut mes
ok "an option that is like none" fails 1 "unknown option '--zzz'" "$BH" build --zzz mes
ok "the beginning of a command" fails 1 "there is no command 'pub'; did you mean 'publish'?" "$BH" pub
ok "an option without its argument" fails 1 "option '--max' needs an argument" "$BH" gc --max
ok "no command" fails 1 "'-q': expected a command" "$BH" -q
ok "an option with an argument and no command" fails 1 "expected a command" "$BH" --state "$T/x"
ok "options before the command" says "" "$BH" --state "$T/other" -q root list
ok "… count" test -d "$T/other/objects"
ok "options before a verb" says "" "$BH" root --state "$T/third" list
ok "… count" test -d "$T/third/objects"
ok "options before a command with verbs" fails 0 "0 problems found" "$BH" --state "$T/other" store check
ok "an option of a verb before it" fails 0 "" "$BH" --state "$T/other" key --nix list
ok "a command without its verb" fails 1 "store: an operand is missing" "$BH" store
ok "a verb that was nearly meant" fails 1 "did you mean 'check'?" "$BH" store chek
ok "a verb's operands are counted" fails 1 "root add: an operand is missing" "$BH" root add x
ok "… too" fails 1 "root list: 'x' is one operand too many" "$BH" root list x
ok "help of a verb" says "Usage: boot-hurd store check [--no-hashes]" "$BH" help store check
ok "an option of another verb" fails 1 "peer list: --key has no meaning here" "$BH" peer list --key x
ok "what cannot be meant is refused before anything is opened" fails 1 "no meaning" "$BH" --state "$T/fourth" \
	verify --seed 1
ok "… indeed" test ! -e "$T/fourth"
ok "--verify after an option" fails 1 "no recipe 'nothing" "$BH" -q --verify nothing
# Whatever takes a target knows which one was nearly meant.
"$BH" --state "$T/targets" root list >/dev/null
"$BH" --state "$T/targets" key generate me >/dev/null
export BOOT_HURD_CONFIG="$T/targets.json"
"$BH" peer add eve "$T" >/dev/null
while read -r line; do
	# shellcheck disable=SC2086
	ok "$line: the target that was nearly meant" fails 1 "did you mean 'hex0'?" env EDITOR=true "$BH" --state "$T/targets" $line
done <<'END'
attest --key me hex9
build hex9
build -n hex9
export --folder x hex9
graph hex9
graph --times hex9
history hex9
lint hex9
log hex9
log -f hex9
profile install hex9
publish x hex9
recipe bump hex9 2
recipe edit hex9
recipe format hex9
root add r hex9
roots hex9
shell hex9
show hex9
source check hex9
source fetch hex9
store path hex9
verify hex9
verify --only hex9
verify --peers hex9
vm hex9
why mes hex9
why hex9 mes
END
unset BOOT_HURD_CONFIG
for command in $("$BH" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
	ok "--help of $command fits 80 columns" narrow $command --help
done
ok "--help fits 80 columns" narrow --help

make -s -j2 DEVELOPER=1 BUILD="$BUILD" DESTDIR="$T/root" prefix=/opt/tools install >"$T/install.log" 2>&1
ok "installed with its licence and manual" test -f "$T/root/opt/tools/share/doc/boot-hurd/COPYING" \
	-a -f "$T/root/opt/tools/share/doc/boot-hurd/README.md"
ok "… and its manual pages" test -s "$T/root/opt/tools/share/man/man1/boot-hurd.1" \
	-a -s "$T/root/opt/tools/share/man/man5/boot-hurd-recipe.5" -a -s "$T/root/opt/tools/share/man/man8/boot-hurdd.8"
ok "make packages: what building and the manual need, no more" sh -c "
	make -s packages | grep '^apt-get install ' >'$T/packages' && grep -qw scdoc '$T/packages' &&
	grep -qw libcurl4-openssl-dev '$T/packages' && ! grep -qw -e chromium -e libcmocka-dev '$T/packages'"
ok "make packages-check: what the tests need" sh -c "make -s packages-check | grep -w chromium | grep -w zsh"
ok "an installed program finds its recipes" sh -c \
	"cd / && '$T/root/opt/tools/bin/boot-hurd' graph mes | grep -q hex0"
mv "$T/root/opt/tools" "$T/moved"
ok "… wherever it is moved" sh -c "cd / && '$T/moved/bin/boot-hurd' graph mes | grep -q hex0"
mv "$T/moved" "$T/root/opt/tools"
make -s DEVELOPER=1 BUILD="$BUILD" DESTDIR="$T/root" prefix=/opt/tools uninstall
ok "uninstall leaves no file" sh -c "! find '$T/root' -type f | grep ."

# What is made is made, by whichever name the build folder goes.
made() {
	! make -s DEVELOPER=1 BUILD="$1" all | grep .
}
make -s -j2 DEVELOPER=1 BUILD="$BUILD" all >/dev/null
ok "nothing is compiled again" made "$BUILD"
ok "… by another name of the build folder" made "${BUILD#"$PWD/"}"
done_testing
