#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same results with and without a daemon: what is printed, how it ends, which files are written.
# Each command runs twice at the same places, from the same state: once by itself, once by boot-hurdd.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
BHD=$BUILD/bin/boot-hurdd
top=$PWD
recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one/file' } },"
recipe noise "inputs = { 'one' }, steps = { { 'src/tool', 'random', out 'file' } },"
recipe above "inputs = { 'noise', 'two' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/noise/file' } },"
recipe new "steps = { { 'src/tool', 'write', out 'file', 'new' } },"
export HOME="$T/home"
export BOOT_HURD_CONFIG="$T/config.json"
mkdir -p "$HOME" "$T/files"

# The daemon's own configuration names nobody: what counts is the client's.
echo '{ "daemon": {} }' >"$T/daemon.json"
for who in alice bob; do
	BOOT_HURD_STATE=$T/$who bh build above >/dev/null 2>&1
	BOOT_HURD_STATE=$T/$who bh key generate $who >/dev/null
	BOOT_HURD_STATE=$T/$who bh publish "$T/$who-pub" >/dev/null 2>&1
	bh peer add $who "$T/$who-pub" --key "$(cat "$T/$who/keys/$who.public")" --trust votes,archives >/dev/null
done
cp "$T/config.json" "$T/plain.json"
python3 - "$T/config.json" <<'PY'
import json, sys
c = json.load(open(sys.argv[1]))
c["quorum"] = {"need": 2, "of": ["alice", "bob"]}
json.dump(c, open(sys.argv[1], "w"))
PY
cp "$T/config.json" "$T/quorum.json"
bh build above >/dev/null 2>&1
bh key generate me >/dev/null
mv "$BOOT_HURD_STATE" "$T/full"
bh key generate me >/dev/null
bh store check >/dev/null
mv "$BOOT_HURD_STATE" "$T/empty"

clear() {
	chmod -R u+w "$@" 2>/dev/null
	rm -rf "$@"
}
# What is in a folder: modes, names, contents that no time is in, what was realised but for times.
tree() (
	cd "$1" || exit 1
	find . \( -name daemon -o -path './db.sqlite*' \) -prune -o ! -path './realisations/??' -printf '%y %m %p\n' | sort
	[ ! -d realisations ] || find realisations -type f -exec jq -Sc 'del(.log, .max_rss, .object.added_ns, .[(keys[] | select(endswith("_ns")))])' {} + | sort
	find . -type f \( -path './objects/*' -o -path './keys/*' -o -path './theirs/*' \) | sort | xargs -r sha256sum
)
# What a summary or a memory of peers says: without times and the signature over them.
told() {
	if [ -f "$T/files/vsa" ]; then
		"$BH" attest --check "$T/files/vsa" --recipes "$T/recipes" --no-daemon 2>&1
		jq -r .payload "$T/files/vsa" | base64 -d | jq 'del(.predicate.timeVerified)'
	fi
	[ ! -f "$BOOT_HURD_STATE/peers/seen" ] || cat "$BOOT_HURD_STATE/peers/seen"
}
# Times, the numbers of processes and of moments in names, the order of two lines at one time.
mask() {
	sed -E 's/ in [0-9.]+ (ms|s|min[^:]*)\b/ in TIME/; s/("rebuild_ns":)[0-9]+/\1N/g; s/-[0-9]+\.log/-N.log/
		s/\b1[0-9]{9}([0-9]{9})?\b/MOMENT/g; s/vsa\.[A-Za-z0-9]{6}:/vsa.ASIDE:/
		s/^date +.*UTC$/date/; s/("date":")[^"]*/\1DATE/
		s,realisations/[0-9a-f]{2},realisations/XX,; s,XX/[0-9a-f]{64},XX/HASH,'
}
# once HOW COMMAND…: runs it in the folder "files"; what came of it goes to HOW.txt
once() {
	_how=$1
	shift
	_r=0
	(cd "$T/files" && "$BH" "$@" --recipes "$T/recipes") >"$T/$_how.out" 2>"$T/$_how.err" || _r=$?
	{
		echo "exit status $_r"
		mask <"$T/$_how.out"
		mask <"$T/$_how.err" | sort
		tree "$BOOT_HURD_STATE" | mask
		tree "$T/files" | mask
		told | mask
	} >"$T/$_how.txt"
}
# same STATE STATUS COMMAND…: from a copy of STATE; it must end with STATUS
same() {
	_from=$1
	_want=$2
	shift 2
	for _by in near far; do
		clear "$BOOT_HURD_STATE" "$T/files"
		cp -a "$T/$_from" "$BOOT_HURD_STATE"
		mkdir "$T/files"
		if [ $_by = near ]; then
			once near "$@" --no-daemon
			continue
		fi
		env -u BOOT_HURD_CONFIG "$BHD" --config "$T/daemon.json" >/dev/null 2>"$T/log" &
		daemon=$!
		while [ ! -S "$CONTROL" ] && kill -0 $daemon; do sleep 0.05; done
		once far "$@"
		kill $daemon
		wait $daemon
	done
	if ! grep -q "job 1: $1 " "$T/log"; then
		echo "the daemon did not do it"
		return 1
	fi
	diff "$T/near.txt" "$T/far.txt" || return 1
	head -1 "$T/near.txt"
	[ "$(head -1 "$T/near.txt")" = "exit status $_want" ]
}
quit() {
	[ -z "${daemon:-}" ] || kill -9 "$daemon" 2>/dev/null
	clear "$T"
}
trap quit EXIT

ok "verify --peers" same full 0 verify --peers two
ok "… a difference" same full 2 verify --peers above
ok "… as JSON" same full 2 verify --peers --json above
ok "… coverage below what was asked" same full 3 verify --peers --coverage 100 new two
ok "… a summary, signed, beside where one stands" same full 0 verify --peers two --vsa vsa --key me
ok "… which was written" test -s "$T/files/vsa"
ok "… of a difference" same full 2 verify --peers above --vsa vsa --key me
ok "… a summary that cannot be written" same full 1 verify --peers two --vsa nowhere/vsa
ok "… a key that is not there" same full 1 verify --peers two --vsa vsa --key nobody
ok "… the others' trees" same full 2 verify --peers above --fetch-different theirs
ok "… which were brought" test -f "$(echo "$T"/files/theirs/noise-*/file)"
ok "… and as JSON" same full 2 verify --peers above --fetch-different theirs --json
ok "… options that do not go together: nobody is asked" fails 1 "--fetch-different has no meaning without --peers" "$BH" verify two --fetch-different theirs
mv "$T/bob-pub" "$T/gone"
# The quorum of two cannot be reached: what was asked could not be found out.
ok "… one is away" same full 3 verify --peers --coverage 100 two
ok "… which is said" grep -q "2 of 2 keys must agree" "$T/near.out"
mv "$T/gone" "$T/bob-pub"
ok "verify" same full 0 verify two
ok "… as JSON" same full 0 verify --json -j 1 two
ok "… a summary" same full 0 verify two --vsa vsa --key me
ok "… nothing is built yet" same empty 0 verify two
ok "build --substitute" same empty 0 build --substitute two
ok "… taken, not built" grep -q "taken two" "$T/far.err"
ok "… what they do not have is built" same empty 0 build --substitute new two
ok "… and offline" same empty 0 build --substitute --offline two
mv "$T/alice-pub" "$T/gone"
ok "… too few are there" same empty 0 build --substitute two
mv "$T/gone" "$T/alice-pub"
cp "$T/plain.json" "$T/config.json"
ok "… without a quorum" same empty 1 build --substitute two
ok "verify --peers without a quorum" same full 2 verify --peers above
echo '{ "peers": [ { "name": 7 } ] }' >"$T/config.json"
ok "a broken configuration: verify --peers" same full 1 verify --peers two
ok "… build --substitute" same empty 1 build --substitute two
rm "$T/config.json"
ok "no configuration: verify --peers" same full 1 verify --peers two
ok "… build --substitute" same empty 1 build --substitute two

# Where it is said where the configuration is
cp "$T/quorum.json" "$T/config.json"
BOOT_HURD_CONFIG=../config.json
ok "a relative BOOT_HURD_CONFIG" same full 0 verify --peers two
unset BOOT_HURD_CONFIG
mkdir -p "$HOME/.config/boot-hurd"
cp "$T/quorum.json" "$HOME/.config/boot-hurd/config.json"
ok "a configuration below HOME" same full 0 verify --peers two
export XDG_CONFIG_HOME="$T/xdg"
mkdir -p "$XDG_CONFIG_HOME/boot-hurd"
cp "$T/plain.json" "$XDG_CONFIG_HOME/boot-hurd/config.json"
ok "… below XDG_CONFIG_HOME" same full 0 verify --peers two
ok "the tree is as it was" test "$PWD" = "$top"
done_testing
