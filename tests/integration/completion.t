#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Completion in the shells themselves: bash, zsh and fish complete a command, an option, a verb and a target, as a user's
# Tab does. A shell that is not installed is left out, and said so.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
# SHELLS: only these.
SHELLS=${SHELLS:-bash zsh fish}
PATH=$BUILD/bin:$PATH
export PATH

# bash_ LINE: what bash offers for the last word, by the function that it has registered for the command.
bash_() {
	bash --norc -c '
		source "$1"
		read -r _ function _ < <(complete -p boot-hurd | sed "s/.*-F //; s/^/x /")
		COMP_LINE=$2 COMP_POINT=${#2}
		read -ra COMP_WORDS <<<"$2"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		"$function" boot-hurd "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$T/boot-hurd.bash" "$1"
}
fish_() { # what fish offers
	HOME=$T/home fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$T/boot-hurd.fish" "$1" | cut -f1
}
# zsh completes in an interactive shell only: one in a terminal of its own, whose compadd writes down what it is given
# and what of it fits.
cat >"$T/setup.zsh" <<'ZSH'
PROMPT=
fpath=($ZT/site $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
	local -a fitting
	builtin compadd -A fitting "$@"
	print -rl -- $fitting >>$ZT/offered
	builtin compadd "$@"
}
finished() { : >$ZT/finished }
comppostfuncs=(finished)
: >$ZT/ready
ZSH
zsh_() {
	rm -f "$T/offered" "$T/finished" "$T/ready"
	ZT=$T HOME=$T/home python3 tests/integration/type.py "$T" "$1" >"$T/shown" 2>&1 || cat -v "$T/shown"
	cat "$T/offered"
}
offers() { # SHELL WORD LINE
	"$1_" "$3" >"$T/out"
	cat "$T/out"
	grep -qxF -e "$2" "$T/out"
}
offers_not() {
	"$1_" "$3" >"$T/out"
	cat "$T/out"
	! grep -qxF -e "$2" "$T/out"
}

mkdir -p "$T/site" "$T/home"
"$BH" completion bash >"$T/boot-hurd.bash"
"$BH" completion zsh >"$T/site/_boot-hurd"
"$BH" completion fish >"$T/boot-hurd.fish"
for shell in $SHELLS; do
	command -v $shell >/dev/null || {
		n=$((n + 1))
		echo "ok $n - $shell # SKIP $shell is not installed"
		continue
	}
	ok "$shell: a command" offers $shell verify 'boot-hurd ver'
	ok "$shell: … behind an option with an argument" offers $shell verify 'boot-hurd --state /tmp ver'
	ok "$shell: … behind help" offers $shell verify 'boot-hurd help ver'
	ok "$shell: an option" offers $shell --keep-failed 'boot-hurd build --k'
	ok "$shell: … not of another command" offers_not $shell --keep-failed 'boot-hurd log --k'
	ok "$shell: an option of every command" offers $shell --state 'boot-hurd build --sta'
	ok "$shell: a verb" offers $shell rebuild-db 'boot-hurd store re'
	ok "$shell: an option of a verb" offers $shell --profile 'boot-hurd profile list --pro'
	ok "$shell: a target" offers $shell mes 'boot-hurd build me'
	ok "$shell: … behind an option" offers $shell mes 'boot-hurd build --keep-going me'
	ok "$shell: a target of a verb" offers $shell mes 'boot-hurd source fetch me'
	ok "$shell: no target where none is taken" offers_not $shell mes 'boot-hurd key show me'
done
done_testing
