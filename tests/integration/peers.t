#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Peers: several stores on one machine that agree, differ, lie, copy or are away; and a hostile server.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
export BOOT_HURD_CONFIG="$T/config.json"
ours=$T/state

recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one/file' } },"
recipe noise "inputs = { 'one' }, steps = { { 'src/tool', 'random', out 'file' } },"
recipe above "inputs = { 'noise', 'two' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/noise/file' } },"
recipe top "inputs = { 'above' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/above/file' } },"

# as NAME COMMAND…: with that one's store
as() {
	_who=$1
	shift
	BOOT_HURD_STATE=$T/$_who "$BH" "$@" --recipes "$T/recipes"
}
key_of() {
	cat "$T/$1/keys/$1.public"
}
id_of() {
	cut -d: -f2 "$T/$1/keys/$1.public" | base64 -d | sha256sum | cut -c1-64
}
peers() { # verify --peers on the operands
	bh --verify --peers "$@"
}
valid() {
	peers --json "$@" >"$T/report.json" 2>/dev/null
	python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json"
}
forget() {
	rm -rf "$ours/peers"
}

for who in alice bob; do
	as $who build two >/dev/null 2>&1
	as $who key generate $who >/dev/null
	as $who publish "$T/$who-pub" >/dev/null 2>&1
done
bh build two >/dev/null 2>&1

ok "no peers yet" fails 1 "peer add" peers two
ok "add a peer, a folder" fails 0 "alice $T/alice-pub" bh peer add alice "$T/alice-pub" --key "$(key_of alice)"
ok "the name is taken" fails 1 "already" bh peer add alice /x
ok "not a place" fails 1 "location" bh peer add eve ftp://x
ok "not a key" fails 1 "not a key" bh peer add eve /x --key nonsense
# A key of small order aborted libgcrypt, and whoever asked that peer with it.
evil=evil:AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
ok "a key of small order is refused" fails 1 "of small order" bh peer add eve "$PWD/tests/data/small-order-publication" --key "$evil"
ok "… when it is imported, too" sh -c "echo '$evil' >'$T/evil'; ! '$BH' key import '$T/evil' && [ ! -e '$T/state/keys/evil.public' ]"
ok "… and in the configuration" sh -c "echo '{\"peers\":[{\"name\":\"eve\",\"location\":\"/x\",\"keys\":[\"$evil\"]}]}' >'$T/evil.json'; ! BOOT_HURD_CONFIG='$T/evil.json' '$BH' peer list"
ok "one peer agrees" fails 0 "2 reproduced, 0 differs" peers two
by_name() {
	mkdir "$T/named.d" && "$BH" --state "$T/named-state" key generate me && (cd "$T" &&
		BOOT_HURD_CONFIG="$T/named.json" "$BH" --state "$T/named-state" peer add carl named.d --key me) >"$T/named" &&
		grep -q "^carl $T/named.d$" "$T/named" && grep -q "key [0-9a-f]* me$" "$T/named" &&
		grep -q '"me:[^"]*="' "$T/named.json"
}
ok "a folder by its relative path, a key by the name it has here" by_name
ok "the other" bh peer add bob "$T/bob-pub" --key "$(key_of bob)" --trust votes,archives
ok "they are listed" fails 0 "trusted for: votes archives" bh peer list
ok "they answer" fails 0 "its key $(id_of bob): 2 results" bh peer test
answered() { # both did within the last hour, and their indexes were not made later than that
	awk -v now="$(date +%s)" '$2 <= now && $2 > now - 3600 && $3 > 0 && $3 <= $2 { n[$1] = 1 } END { exit !(NR == 2 && n["alice"] && n["bob"]) }' "$ours/peers/answered"
}
peers two >/dev/null 2>&1
ok "when they answered, and of when their indexes are, is kept" answered
mv "$T/bob-pub" "$T/bob-away"
cp "$ours/peers/answered" "$T/answered"
sleep 1
peers two >/dev/null 2>&1
ok "… of one that is away, what was known" sh -c "grep '^bob ' '$T/answered' >'$T/line' && grep -qxf '$T/line' '$ours/peers/answered' && ! cmp -s '$T/answered' '$ours/peers/answered'"
mv "$T/bob-away" "$T/bob-pub"
ok "all agree" fails 0 "2 outputs: 2 reproduced, 0 differs, 0 inherits, 0 unchecked; 0 not built here; coverage 100.0 %" peers two
ok "no archive was read" sh -c "chmod 000 '$T/bob-pub/nar' '$T/alice-pub/nar'; '$BH' --verify --peers two --recipes '$T/recipes'; r=\$?; chmod 755 '$T/bob-pub/nar' '$T/alice-pub/nar'; exit \$r"
ok "what is named and not built is not skipped silently" fails 3 "1 not built here; coverage 66.7 %" peers noise two
ok "… coverage below what was asked" fails 3 "1 not built here" peers --coverage 100 noise two
ok "the report follows its schema" valid two
ok "… votes tell the builders" jq -e '[.outputs[].votes[].builder] | sort == ["alice","alice","bob","bob"]' "$T/report.json"
ok "offline, folders answer" fails 0 "2 reproduced" peers --offline two

# One step has bits of its own: the culprit; what uses it inherits.
as alice build top >/dev/null 2>&1
as alice publish "$T/alice-pub" >/dev/null 2>&1
bh build top >/dev/null 2>&1
ok "a step differs" fails 2 "DIFFERS noise: this step is the culprit" peers top
ok "… what stands on it inherits" fails 2 "2 reproduced, 1 differs, 2 inherits" peers top
peers top >"$T/text" 2>/dev/null
ok "… the culprit comes first" sh -c "grep -n '^DIFFERS\|^INHERITS' '$T/text' | head -1 | grep -q 'DIFFERS noise'"
ok "… with no other culprit" [ "$(grep -c '^DIFFERS' "$T/text")" = 1 ]
ok "… and inheritors named" sh -c "grep -q '^INHERITS above' '$T/text' && grep -q '^INHERITS top' '$T/text'"
ok "the report with it follows its schema" valid top
ok "… exit status" jq -e '.exit == 2 and .counts.differs == 1 and .counts.inherits == 2' "$T/report.json"

# The other tree is brought, and listed file by file.
ok "fetch what differs" fails 2 "file: content: " peers top --fetch-different "$T/theirs"
ok "… the tree is there" cmp "$T"/theirs/noise-*/file "$(BOOT_HURD_STATE=$T/alice bh store path noise)/file"
ok "… and nothing else" [ "$(find "$T/theirs" -maxdepth 1 -name '*-????????????????' | wc -l)" = 1 ]
peers top --fetch-different "$T/theirs" --json >"$T/report.json" 2>/dev/null
ok "… in the report, too" python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json"
ok "… file by file" jq -e '[.outputs[] | select(.differences)] | length == 1 and .[0].differences[0].path == "file"' "$T/report.json"
mv "$T/alice-pub/nar" "$T/nar"
ok "an archive that is not there is named" fails 2 "not fetched: noise from alice" peers top --fetch-different "$T/theirs"
mv "$T/nar" "$T/alice-pub/nar"
ok "it belongs to --peers" fails 1 "no meaning without --peers" bh verify top --fetch-different "$T/theirs"
# What says how to rebuild has no meaning where nothing is rebuilt.
for o in "--rounds 2" "--sample 50%" "--seed 3" "-j 2" "--vary umask"; do
	# shellcheck disable=SC2086
	ok "… and $o does not" fails 1 "no meaning with --peers" peers two $o
done

# A summary for machines, signed.
bh key generate me >/dev/null
ok "a verification summary" peers two --vsa "$T/vsa" --key me
ok "… is signed" fails 0 "https://slsa.dev/verification_summary/v1" bh attest --check "$T/vsa"
ok "… and passed" sh -c "jq -r .payload '$T/vsa' | base64 -d | jq -e '.predicate.verificationResult == \"PASSED\" and (.subject | length) == 2 and (.predicate.inputAttestations | length) == 2'"
peers top --vsa "$T/vsa" >/dev/null 2>&1
ok "… or failed" jq -e '.predicate.verificationResult == "FAILED"' "$T/vsa"

# One is away: it costs its vote only.
mv "$T/bob-pub" "$T/gone"
ok "one is away" fails 0 "2 reproduced" peers two
ok "… and named" fails 0 "peer bob at $T/bob-pub: NO ANSWER" peers two
mv "$T/gone" "$T/bob-pub"

# Nobody is there: nothing was compared, and that is not success.
mv "$T/bob-pub" "$T/gone"
mv "$T/alice-pub" "$T/away"
ok "all are away" fails 3 "0 reproduced, 0 differs, 0 inherits, 2 unchecked; 0 not built here; coverage 0.0 %" peers two
ok "… without a name, too" fails 3 "coverage 0.0 %" peers
peers two --vsa "$T/vsa" >/dev/null 2>&1
ok "… and nothing is signed as passed" jq -e '.predicate.verificationResult == "FAILED"' "$T/vsa"
valid two
ok "… in JSON" jq -e '.exit == 3 and .coverage == 0 and ([.outputs[].compared] == [false, false])' "$T/report.json"
mv "$T/gone" "$T/bob-pub"
mv "$T/away" "$T/alice-pub"

# A liar: signs another object for step one.
rm -rf "$T/liar"
recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
as liar build two >/dev/null 2>&1
as liar key generate liar >/dev/null
as liar publish "$T/liar-pub" >/dev/null 2>&1
id=$(id_of liar)
python3 tests/integration/lie.py "$T/liar/keys/liar.secret" "$T/liar-pub/index/$id"
rm "$T/liar-pub/index/$id.zst"
bh peer add liar "$T/liar-pub" --key "$(key_of liar)" >/dev/null
ok "a liar without a policy" fails 2 "2 differs" peers two
python3 - "$T/config.json" <<'PY'
import json, sys
c = json.load(open(sys.argv[1]))
c["quorum"] = {"need": 2, "of": ["alice", "bob", "liar"]}
json.dump(c, open(sys.argv[1], "w"))
PY
ok "with two of three, the liar is outvoted" fails 0 "policy: 2 of 3 keys must agree" peers two
ok "… and reported" fails 0 "by liar " peers two
ok "the report follows its schema" valid two
ok "… and gives the policy" jq -e '.policy.need == 2 and ([.outputs[].policy_met] | all)' "$T/report.json"
few_agree() { # with a policy that too few keys meet, nothing was compared
	cp "$BOOT_HURD_CONFIG" "$T/kept.json"
	jq ".quorum = {need: 2, of: [\"alice\", \"$(printf %064d 0)\"]}" "$T/kept.json" >"$BOOT_HURD_CONFIG"
	fails 3 "0 reproduced, 0 differs, 0 inherits, 2 unchecked; 0 not built here; coverage 0.0 %: 0 of 2 compared" \
		peers two
	_r=$?
	peers --json two >"$T/report.json"
	mv "$T/kept.json" "$BOOT_HURD_CONFIG"
	return $_r
}
ok "what too few agree on was not compared" few_agree
ok "… in JSON" jq -e '.exit == 3 and .coverage == 0 and ([.outputs[].compared] == [false, false])' "$T/report.json"
ok "who the quorum names stays" fails 1 "quorum names" bh peer remove liar

# A relay of all three adds no vote.
mkdir -p "$T/relay/index"
cp "$T"/*-pub/index/* "$T/relay/index"
{
	echo "boot-hurd publication 1"
	for who in alice bob liar; do id_of $who; done | sort
} >"$T/relay/boot-hurd-publication"
bh peer add relay "$T/relay" >/dev/null
mv "$T/bob-pub" "$T/gone"
ok "a relay brings what an absent one said" fails 0 "relayed by relay" peers two --all
ok "… each key counts once" valid two
ok "… however many brought it" jq -e '[.outputs[].votes | length] == [3,3]' "$T/report.json"
mv "$T/gone" "$T/bob-pub"

# Replays: an older index after a newer one.
forget
cp -r "$T/bob-pub" "$T/bob-old"
peers two >/dev/null 2>&1
sleep 1
as bob build top >/dev/null 2>&1
as bob publish "$T/bob-pub" >/dev/null 2>&1
peers two >/dev/null 2>&1
mv "$T/bob-pub" "$T/bob-new"
mv "$T/bob-old" "$T/bob-pub"
cp "$T/bob-pub/index/"* "$T/relay/index"
ok "a replay" fails 2 "an old index, a stale copy or a replay: serial" peers two
rm -rf "$T/bob-pub"
mv "$T/bob-new" "$T/bob-pub"
cp "$T/bob-pub/index/"* "$T/relay/index"
ok "… and healed" fails 0 "2 reproduced" peers two
cp "$ours/peers/seen" "$T/seen"
echo junk >>"$ours/peers/seen"
ok "a broken memory is an error" fails 1 "peers/seen" peers two
mv "$T/seen" "$ours/peers/seen"
ok "the store is sound" bh store check

# Commit, then reveal. The copier writes what alice said under its own key.
rm -rf "$T/relay" "$T/config.json"
forget
for who in carol copier; do
	as $who build two >/dev/null 2>&1
	as $who key generate $who >/dev/null
	bh peer add $who "$T/$who-pub" --key "$(key_of $who)" >/dev/null
done
as carol publish --commit "$T/carol-pub" >/dev/null 2>&1
ok "a commitment alone is not a vote" fails 3 "0 reproduced" peers two
as carol publish "$T/carol-pub" >/dev/null 2>&1
ok "the one that committed is known" fails 0 "votes of carol $(id_of carol | cut -c1-16): 2 same; 2 committed first" peers two
as copier publish --commit "$T/copier-pub" >/dev/null 2>&1
peers two >/dev/null 2>&1
as copier publish "$T/copier-pub" >/dev/null 2>&1
ok "a copier was not first" fails 0 "votes of copier $(id_of copier | cut -c1-16): 2 same; 0 committed first" peers two
ok "… though it committed" fails 0 "committed, but not before others had answered" peers two --all
sed 's/^key .*/key '"$(id_of copier)"'/' "$T/carol-pub/index/$(id_of carol)" >"$T/copier-pub/index/$(id_of copier)"
rm "$T/copier-pub/index/$(id_of copier).zst"
ok "another's index under one's name" fails 0 "signature is false" peers two

# What was only taken from others is not built by anybody else: one that agrees with its own is not a proof.
rm -f "$T/config.json"
forget
bh peer add carol "$T/carol-pub" --key "$(key_of carol)" --trust votes,archives >/dev/null
python3 - "$T/config.json" <<'PY'
import json, sys
c = json.load(open(sys.argv[1]))
c["quorum"] = {"need": 1, "of": ["carol"]}
json.dump(c, open(sys.argv[1], "w"))
PY
as taker build --substitute one two >/dev/null 2>&1
ok "taken from one: unchecked" fails 3 "0 reproduced, 0 differs, 0 inherits, 2 unchecked" as taker --verify --peers two
bh peer add alice "$T/alice-pub" --key "$(key_of alice)" >/dev/null
sed -i 's/\("of": *\["carol"\)\]/\1, "alice"]/' "$T/config.json"
ok "… and another agrees: reproduced" fails 0 "2 reproduced" as taker --verify --peers two

# A server on loopback that does what its paths say. Nothing of it may cost more than its vote.
rm -f "$T/config.json"
forget
python3 tests/integration/peer_server.py "$T/alice-pub" "$T/followed" >"$T/port" 2>"$T/asked" &
server=$!
trap 'kill $server 2>/dev/null; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
while [ ! -s "$T/port" ]; do sleep 0.1; done
at=http://127.0.0.1:$(cat "$T/port")
hostile() { # hostile HOW TEXT: carol is good, the server has alice's key
	rm -f "$T/config.json"
	forget
	bh peer add carol "$T/carol-pub" --key "$(key_of carol)" >/dev/null
	bh peer add alice "$at/$1" --key "$(key_of alice)" >/dev/null
	fails 0 "2 reproduced" peers two &&
		fails 0 "$2" peers two
}
ok "a good server" hostile good "5 results"
ok "two requests for one index, no archive" sh -c "sort -u '$T/asked' | grep -c nar/ | grep -qx 0"
ok "without the compressed form" hostile plain "5 results"
ok "errors" hostile error "NO ANSWER"
ok "a false signature" hostile signature "REFUSED: its signature is false"
ok "a cut archive" hostile cut "REFUSED"
ok "a cut connection" hostile short "REFUSED"
ok "names that are none" hostile names "NO ANSWER"
ok "an endless list of keys" hostile endless-names "NO ANSWER"
ok "an endless index" hostile endless "REFUSED"
ok "a redirect to elsewhere" hostile redirect "NO ANSWER"
ok "… is not followed" [ ! -e "$T/followed" ]
ok "a compressed bomb" hostile bomb "unpacks to more"
ok "a server that says nothing" hostile silent "NO ANSWER"
# Neither of two peers answers before both have been asked.
rm -f "$T/config.json"
forget
bh peer add one "$at/meet-1" --key "$(key_of alice)" >/dev/null
bh peer add other "$at/meet-2" >/dev/null
together() {
	peers two >"$T/together" 2>&1
	cat "$T/together"
	grep -q '2 reproduced' "$T/together" && ! grep -q 'NO ANSWER' "$T/together"
}
ok "peers are asked at once" together
ok "nobody listens" sh -c "kill $server; sleep 0.2; '$BH' --verify --peers two --recipes '$T/recipes' | grep 'NO ANSWER'"
done_testing
