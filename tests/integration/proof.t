#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The proof of comparing with others: three builders and an auditor, each with a store and a network
# namespace of its own, over HTTP. All agree; one step differs; one lies; one is away.
if [ -z "${PROOF_INSIDE:-}" ]; then
	if ! command -v ip >/dev/null || ! unshare -Urn ip link add p type veth peer name q 2>/dev/null; then
		echo "1..0 # SKIP no network namespaces can be joined here"
		exit 0
	fi
	PROOF_INSIDE=1 exec unshare -Urn "$0" "$@"
fi
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
export BOOT_HURD_CONFIG="$T/config.json"
BHD=$BUILD/bin/boot-hurdd
pids=''
daemon_alice='' daemon_bob='' daemon_carol=''
trap 'kill -9 $pids 2>/dev/null; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT

recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe stamp "inputs = { 'one' }, steps = { { 'src/tool', 'leak', 'now', out 'file' } },"
recipe above "inputs = { 'stamp' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/stamp/file' } },"
recipe top "inputs = { 'above' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/above/file' } },"
recipe side "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one/file' } },"

as() { # as NAME COMMAND…: with that one's store
	_who=$1
	shift
	BOOT_HURD_STATE=$T/$_who "$BH" "$@" --recipes "$T/recipes"
}
id_of() {
	cut -d: -f2 "$T/$1/keys/$1.public" | base64 -d | sha256sum | cut -c1-64
}
# builder NAME NUMBER: a namespace at 10.77.NUMBER.2, joined to the auditor's, and a daemon that serves in it
builder() {
	unshare -n sleep 600 &
	_ns=$!
	pids="$pids $_ns"
	while [ "$(readlink /proc/$_ns/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
		sleep 0.05
	done
	ip link add "v$2" type veth peer name eth0 netns $_ns
	ip addr add "10.77.$2.1/24" dev "v$2"
	ip link set "v$2" up
	nsenter -t $_ns -n ip addr add "10.77.$2.2/24" dev eth0
	nsenter -t $_ns -n ip link set eth0 up
	as "$1" build side >"$T/$1.log" 2>&1
	as "$1" key generate "$1" >/dev/null
	as "$1" publish "$T/$1-pub" >/dev/null 2>&1
	cat >"$T/$1.json" <<END
{ "daemon": { "state": "$T/$1", "control": { "socket": "$T/$1.control" },
  "public": { "listen": [ "10.77.$2.2:8080" ], "folder": "$T/$1-pub" } } }
END
	nsenter -t $_ns -n "$BHD" --config "$T/$1.json" >/dev/null 2>>"$T/$1.log" &
	pids="$pids $!"
	eval "daemon_$1=$!"
	for _ in $(seq 100); do
		curl -s --max-time 2 "http://10.77.$2.2:8080/boot-hurd-publication" >/dev/null && break
		sleep 0.1
	done
	bh peer add "$1" "http://10.77.$2.2:8080" --key "$(cat "$T/$1/keys/$1.public")" --trust votes,archives >/dev/null
}
peers() {
	bh --verify --peers "$@"
}
report() { # report JQ-CONDITION OPERAND…: the report follows its schema, and this holds of it
	_that=$1
	shift
	peers --json "$@" >"$T/report.json" 2>/dev/null
	python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json" && jq -e "$_that" "$T/report.json"
}

builder alice 1
builder bob 2
builder carol 3
bh build side >/dev/null 2>&1
python3 - "$T/config.json" <<'END'
import json, sys
c = json.load(open(sys.argv[1]))
c["quorum"] = {"need": 2, "of": ["alice", "bob", "carol"]}
json.dump(c, open(sys.argv[1], "w"))
END
ok "each has a network of its own" [ "$(for p in $daemon_alice $daemon_bob $daemon_carol self; do readlink /proc/"$p"/ns/net; done | sort -u | wc -l)" = 4 ]
ok "all agree" fails 0 "2 outputs: 2 reproduced, 0 differs, 0 inherits, 0 unchecked" peers side
ok "… with three votes each, and the policy met" report \
	'.exit == 0 and ([.outputs[].votes | length] == [3,3]) and ([.outputs[].policy_met] | all)' side

# One step writes the time into its output. Alice and the auditor built it.
as alice build top >>"$T/alice.log" 2>&1
as alice publish "$T/alice-pub" >/dev/null 2>&1
bh build top >/dev/null 2>&1
ok "a step that embeds the time is the culprit" fails 2 "DIFFERS stamp: this step is the culprit" peers top side
peers top side >"$T/text" 2>/dev/null
ok "… the only one" [ "$(grep -c '^DIFFERS' "$T/text")" = 1 ]
ok "… all that stands on it inherits" sh -c "grep -q '^INHERITS above' '$T/text' && grep -q '^INHERITS top' '$T/text'"
ok "… and nothing else" report '.exit == 2 and .counts.reproduced == 2 and .counts.differs == 1 and .counts.inherits == 2' top side

# Carol is away for a while: two of three are left, and enough.
ip link set v3 down
ok "no way to one of three" fails 0 "peer carol at http://10.77.3.2:8080: NO ANSWER" peers side
ok "… two of three are enough" report \
	'.exit == 0 and .counts.reproduced == 2 and ([.outputs[].policy_met] | all) and ([.outputs[].votes | length] == [2,2])' side
ip link set v3 up

# Carol lies: other objects under her own key. Who heard her before knows that she says two things.
python3 tests/integration/lie.py "$T/carol/keys/carol.secret" "$T/carol-pub/index/$(id_of carol)"
rm -f "$T/carol-pub/index/$(id_of carol).zst"
ok "a liar that said something else before is refused" fails 0 "REFUSED: the key says two things" peers side
ok "… and two honest of three are enough" report \
	'.exit == 0 and ([.outputs[].policy_met] | all) and ([.outputs[].votes | length] == [2,2])' side
rm -r "$T/state/peers"
ok "a liar not heard before is outvoted" fails 0 "2 reproduced, 0 differs" peers side
ok "… and named" fails 0 "by carol " peers side
ok "… with the policy met" report \
	'.exit == 0 and ([.outputs[].policy_met] | all) and ([.outputs[].votes | length] == [3,3])' side

# Alice's archives become junk: what is taken must have the hash that was agreed on.
for f in "$T"/alice-pub/nar/*; do
	echo junk >"$T/junk"
	mv -f "$T/junk" "$f"
done
as taker build --substitute side >"$T/taken" 2>&1
ok "an archive that does not match is not taken" grep "not taken: side: http://10.77.1.2:8080/" "$T/taken"
ok "… another's is" grep "taken side from http://10.77.2.2:8080" "$T/taken"
ok "… it is what was agreed on" cmp "$(as taker store path side)/file" "$(bh store path side)/file"
ok "… and the store is sound" as taker store check

# Bob is away: one honest vote beside the liar's is not a quorum.
kill "$daemon_bob"
wait "$daemon_bob"
ok "one is away, nobody listens" fails 2 "peer bob at http://10.77.2.2:8080: NO ANSWER" peers side
ok "… no quorum" report '.exit == 2 and ([.outputs[].policy_met] | any | not)' side
ip link set v2 down
ok "… no network either" fails 2 "peer bob at http://10.77.2.2:8080: NO ANSWER" peers side
done_testing
