#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys and attestations, checked by our own command and by what is not ours: openssl and jq, securesystemslib, sigstore.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe fail "steps = { { 'src/tool', 'fail', '3' } },"
bh build one >/dev/null 2>&1
bh build fail >/dev/null 2>&1

ok "key generate" bh key generate alice
ok "a name twice" fails 1 "already" bh key generate alice
ok "a bad name" fails 1 "cannot name a key" bh key generate ../x
ok "key list" fails 0 "alice:" bh key list
ok "key show --nix" fails 0 "trusted-public-keys = alice:" bh key show --nix alice
ok "the secret key is guarded" sh -c "[ \"\$(stat -c %a '$T/state/keys/alice.secret')\" = 600 ]"
ok "no key, no attestation" fails 1 "Give --key" bh attest one
ok "unknown key" fails 1 "no secret key 'bob'" bh attest --key bob one
ok "attest" bh attest --key alice one
bh attest --key alice --print one >"$T/envelope"
ok "attest --check" fails 0 "good signature by alice" bh attest --check "$T/envelope"
ok "a failed build is attested as such" sh -c "'$BH' attest --key alice --print fail --recipes '$T/recipes' | jq -r .payload | base64 -d | jq -e '.predicate.result == \"FAILED\"'"

ok "openssl and jq agree" foreign_check "$T/envelope" "$T/state/keys/alice.public"
foreign_ok "an attestation" "$T/envelope" "$T/state/keys/alice.public"
ok "it is an in-toto Statement with SLSA provenance" jq -e '._type == "https://in-toto.io/Statement/v1" and .predicateType == "https://slsa.dev/provenance/v1"' "$T/payload"
ok "its subject is the NAR's hash, and is not taken for a file's" sh -c "[ \"\$(jq -r '.subject[0].digest | select(keys == [\"nixNarSha256\"]) | .nixNarSha256' '$T/payload')\" = \"\$('$BH' store hash \"\$('$BH' store path one --recipes '$T/recipes')\" | cut -c1-64)\" ]"
ok "its invocation is the action" sh -c "[ \"\$(jq -r '.predicate.runDetails.metadata.invocationId' '$T/payload')\" = \"\$('$BH' show one --recipes '$T/recipes' | sed -n 's/^action: //p')\" ]"

# As long as musl's: libgcrypt signed no more than 64 KiB.
long=$(head -c 102501 /dev/zero | tr '\\0' x)
recipe long "steps = { { 'src/tool', 'write', out 'file', '$long' } },"
bh build long >/dev/null 2>&1
ok "a long statement is attested" bh attest --key alice long
bh attest --key alice --print long >"$T/long"
ok "… and checked" fails 0 "good signature by alice" bh attest --check "$T/long"
ok "… and published" fails 0 "published 1 result, 0 left out" bh publish "$T/long-pub" --key alice long

# Statements that are signed well, by the key of tests/data/statements.
ok "its key" bh key import tests/data/statements/KEY
for good in ok-v1 v01 foreign-ptype unknown-field sub-gitcommit sub-uri-only float; do
	ok "a good statement: $good" fails 0 "good signature by k" bh attest --check tests/data/statements/$good.json
done
ok "a name cannot forge a line" sh -c "[ \"\$('$BH' attest --check tests/data/statements/esc-name.json | grep -c '^subject')\" = 1 ]"
for bad in array not-json dup no-type wrong-type no-ptype no-subject empty-subject sub-no-digest sub-badhex; do
	ok "not a statement: $bad" fails 1 "signed by k, but not an in-toto statement: " bh attest --check tests/data/statements/$bad.json
done

sed 's/eyJ/eyK/' "$T/envelope" >"$T/changed"
ok "a changed envelope" fails 1 "no true signature" bh attest --check "$T/changed"
head -c 100 "$T/envelope" >"$T/short"
ok "a cut envelope" fails 1 "not a DSSE envelope" bh attest --check "$T/short"
ok "an unknown signer" fails 1 "no true signature" env BOOT_HURD_STATE="$T/other" "$BH" attest --check "$T/envelope"
ok "key import" env BOOT_HURD_STATE="$T/other" "$BH" key import "$T/state/keys/alice.public"
ok "… makes it known" env BOOT_HURD_STATE="$T/other" "$BH" attest --check "$T/envelope"
ok "another key of that name" fails 1 "another key" sh -c "BOOT_HURD_STATE='$T/third' '$BH' key generate alice >/dev/null; BOOT_HURD_STATE='$T/third' '$BH' key import '$T/state/keys/alice.public'"
mkdir "$T/changed-src" && cp "$T/src/tool" "$T/changed-src" && echo x >"$T/changed-src/x"
recipe two "steps = { { 'src/tool', 'write', out 'file', 'two' } },"
bh build --override-source "src=$T/changed-src" two >/dev/null 2>&1
ok "an overridden source" fails 1 "" bh attest --key alice two
done_testing
