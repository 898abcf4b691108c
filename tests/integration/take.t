#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# build --substitute: outputs are taken from peers only when enough keys agree on them, only when the
# archive is what they agree on, and are never passed off as built here.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export no_proxy='*'
recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'two' } },"
as() { # WHO COMMAND…
	_who=$1
	shift
	BOOT_HURD_STATE="$T/$_who" bh "$@"
}
public() {
	cat "$T/$1/keys/$1.public"
}
for who in alice bob; do
	as $who key generate $who >/dev/null
	as $who build two >/dev/null 2>&1
	as $who publish -q "$T/pub-$who" >/dev/null
done
printed=$(as alice build two 2>/dev/null) # as people read it
export BOOT_HURD_CONFIG="$T/config.json"
config() { # NEED ALICE-LOCATION BOB-LOCATION
	cat >"$BOOT_HURD_CONFIG" <<EOF
{ "peers": [
    { "name": "alice", "location": "$2", "keys": ["$(public alice)"], "trust": ["votes", "archives"] },
    { "name": "bob", "location": "$3", "keys": ["$(public bob)"], "trust": ["votes", "archives"] } ],
  "quorum": { "need": $1, "of": ["alice", "bob"] } }
EOF
}
# try TEXT: builds in a new store; it must say TEXT, and end with the right object, whole.
try() {
	chmod -R u+w "$T/try" 2>/dev/null
	rm -rf "$T/try"
	as try build --substitute two >"$T/out" 2>"$T/said"
	_status=$?
	cat "$T/said"
	[ $_status = 0 ] && grep -q -e "$1" "$T/said" && grep -qxF "$printed" "$T/out" &&
		as try store check && [ -z "$(ls "$T/try/tmp")" ]
}
said() {
	cat "$T/said"
	grep -q -e "$1" "$T/said"
}
silent() {
	cat "$T/said"
	! grep -q -e "$1" "$T/said"
}

config 2 "$T/pub-alice" "$T/pub-bob"
ok "two of two agree: taken" try "taken two from $T/pub-alice"
ok "… what it needs for its build only is not" silent "taken one"
ok "… no source either" [ -z "$(find "$T/try/sources" "$T/try/pins" -type f 2>/dev/null)" ]
ok "… nothing was built" silent "^built"
as try key generate carol >/dev/null
ok "… it is not attested" fails 1 "taken from a peer" as try attest --key carol two
ok "… not stated as built here" fails 0 "published 0 results, 1 left out" as try publish "$T/pub-carol"
ok "… but its archive is passed on" [ "$(find "$T/pub-carol/nar" -type f | wc -l)" = 1 ]
ok "… not a baseline" [ -z "$(as try store baseline)" ]
ok "… the statement says so" grep -rqF '"outcome":"substituted"' "$T/try/realisations"
ok "… it survives a new database" sh -c "BOOT_HURD_STATE='$T/try' '$BH' store rebuild-db && rm -rf '$T/again' && BOOT_HURD_STATE='$T/try' '$BH' attest --key carol --recipes '$T/recipes' two 2>&1 | grep -q 'taken from a peer'"
ok "… verify builds it and compares" as try verify --all two
ok "not asked for: built" fails 0 "built two" as plain build two

mkdir "$T/none"
# What it needs when it runs comes along, however far down, and is known as such.
recipe low "steps = { { 'src/tool', 'write', out 'file', 'low' } },"
recipe mid "inputs = { 'low', 'one' }, steps = { { 'src/tool', 'write', out 'file', '/opt/boot-hurd/low/file' } },"
recipe top "inputs = { 'mid', 'two' }, steps = { { 'src/tool', 'write', out 'file', '/opt/boot-hurd/mid/file' } },"
for who in alice bob; do
	as $who build top >/dev/null 2>&1
	as $who publish -q "$T/pub-$who" >/dev/null
done
config 2 "$T/pub-alice" "$T/pub-bob"
lean() {
	as lean build --substitute top >"$T/out" 2>"$T/said" || { cat "$T/said"; return 1; }
	cat "$T/said"
	[ "$(grep -c "^taken" "$T/said")" = 3 ] && silent "taken two" && silent "taken one" && [ "$(ls "$T/lean/objects" | wc -l)" = 3 ] &&
		as lean store check
}
ok "runtime inputs come along, nothing else" lean
ok "… and are kept with it" sh -c "BOOT_HURD_STATE='$T/lean' '$BH' gc >/dev/null && ls '$T/lean/objects' | wc -l | grep -qx 3"
ok "… it can be exported with them" as lean export --format rootfs -o "$T/root" top
ok "… all three" test -f "$T/root/opt/boot-hurd/low/file"
ok "what needs it is built on top of it" sh -c "
	sed 's/\"top\"/\"above\"/; s/{ .mid., .two. }/{ \"top\" }/; s|/opt/boot-hurd/mid|x|' '$T/recipes/10-stage0/top.lua' >'$T/recipes/10-stage0/above.lua'
	BOOT_HURD_STATE='$T/lean' '$BH' build --substitute above --recipes '$T/recipes' 2>&1 | tee '$T/said' | grep -q '^built above'"
ok "… nothing else was" [ "$(grep -c ^built "$T/said")" = 1 ]
# Without attestations nothing is known but by resolving: sources and inputs are needed again.
cp -R "$T/pub-alice" "$T/bare"
rm -rf "$T/bare/attestations"
config 1 "$T/bare" "$T/none"
ok "a publication without attestations: taken by its action" try "taken two from $T/bare"
ok "… with what it needs" said "taken one"

# too few
config 2 "$T/pub-alice" "$T/none"
ok "one of two: built" try "built two"
ok "… nothing was taken" silent "^taken"
config 1 "$T/pub-alice" "$T/none"
ok "one of one: taken" try "taken two"
config 2 "$T/pub-alice" "http://127.0.0.1:9"
ok "one is away: built" try "built two"
ok "… who is told" said "not heard: bob"
config 2 "$T/pub-alice" "$T/pub-alice"
ok "one key by two ways: built" try "built two"
config 2 "$T/pub-alice" "$T/pub-bob"
sed -i 's/"of": .*\]/"of": ["alice", "'"$(printf carol | sha256sum | cut -c1-64)"'"]/' "$BOOT_HURD_CONFIG"
ok "one whom the quorum does not name agrees: built" try "built two"

# a liar: bob's index tells another object, well signed
mkdir "$T/liar" && cp -R "$T/pub-bob/." "$T/liar"
bob=$(basename "$(echo "$T"/pub-bob/index/*[0-9a-f])")
lie() {
	{
		printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
		cut -d: -f2 "$T/bob/keys/bob.secret" | base64 -d | head -c 32
	} >"$T/bob.der"
	grep -v '^signature ' "$T/pub-bob/index/$bob" |
		sed "s/^\([0-9a-f]*\) [0-9a-f]* /\1 $(printf wrong | sha256sum | cut -c1-64) /" >"$T/lie"
	printf 'boot-hurd signature 1\n%s\n' "$(sha256sum <"$T/lie" | cut -c1-64)" >"$T/lie.signed"
	openssl pkeyutl -sign -keyform DER -inkey "$T/bob.der" -rawin -in "$T/lie.signed" -out "$T/lie.sig" &&
		echo "signature $(base64 -w0 "$T/lie.sig")" >>"$T/lie" &&
		rm -f "$T/liar/index/$bob.zst" && cp "$T/lie" "$T/liar/index/$bob"
}
ok "bob lies" lie
config 2 "$T/pub-alice" "$T/liar"
ok "one of two lies: built" try "built two"
ok "… nothing was taken" silent "^taken"
config 1 "$T/pub-alice" "$T/liar"
ok "two answers that are both enough: built" try "built two"

# archives that lie
python3 tests/integration/hostile.py "$T/pub-alice" >"$T/port" &
server=$!
trap 'kill $server; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
while [ ! -s "$T/port" ] && kill -0 $server; do sleep 0.1; done
U=http://127.0.0.1:$(cat "$T/port")
config 2 "$U/good" "$T/pub-bob"
ok "over HTTP" try "taken two from $U/good"
config 2 "$U/wrong" "$T/pub-bob"
ok "a wrong archive: taken from the next" try "taken two from $T/pub-bob"
ok "… and told" said "not taken: two: $U/wrong.*another object"
for kind in wrong bomb truncated redirect-file dotdot; do
	config 1 "$U/$kind" "$T/none"
	ok "$kind, and no other: built" try "built two"
	ok "… and told" said "not taken: two: $U/$kind"
done
ok "nothing was written outside" [ ! -e /tmp/boot-hurd-was-here ]

# killed at any instant
killed() {
	for ms in 005 010 020 030 040 060 080 100 150; do
		chmod -R u+w "$T/k" 2>/dev/null
		rm -rf "$T/k"
		BOOT_HURD_STATE="$T/k" timeout -s KILL 0.$ms "$BH" build -q --substitute two --recipes "$T/recipes"
		as k store check && as k build -q --substitute two && as k store check || return 1
	done
}
config 2 "$T/pub-alice" "$T/pub-bob"
ok "SIGKILL at any instant" killed

# a peer for one run, without a configuration
echo '{}' >"$BOOT_HURD_CONFIG"
chmod -R u+w "$T/run" 2>/dev/null
ok "--peer and --key" fails 0 "taken two from $T/pub-alice" as run build --substitute --peer "$T/pub-alice" --key "$(public alice)" two
ok "--peer without --key" fails 1 "--peer needs --key" as no build --substitute --peer "$T/pub-alice" two
ok "--peer without --substitute" fails 1 "no meaning without --substitute" as no build --peer "$T/pub-alice" --key "$(public alice)" two
ok "--peer with another's key: built" fails 0 "built two" as run2 build --substitute --peer "$T/pub-alice" --key "$(public bob)" two

# configurations that make no sense
echo '{}' >"$BOOT_HURD_CONFIG"
ok "no quorum" fails 1 "has no quorum" as no build --substitute two
config 1 "$T/pub-alice" "$T/pub-bob" && sed -i 's/, "archives"//' "$BOOT_HURD_CONFIG"
ok "nobody to take from" fails 1 "no peer in $BOOT_HURD_CONFIG is trusted for archives" as no build --substitute two
done_testing
