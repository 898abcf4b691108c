#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Verification: verdicts, blame, axes, coverage, the baseline, the report.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

recipe good "steps = { { 'src/tool', 'write', out 'file', 'same' } },"
recipe other "steps = { { 'src/tool', 'write', out 'file', 'other' } },"
recipe random "steps = { { 'src/tool', 'random', out 'file' }, { 'src/tool', 'write', out 'same', 'x' } },"
recipe above "inputs = { 'random' }, steps = { { 'src/tool', 'write', out 'file', 'x' } },"
for axis in aslr cpus file-order kernel-name umask user time date parallelism ids home memory cpu; do
	recipe "leak-$axis" "inputs = { 'good', 'other' }, steps = { { 'src/tool', 'leak', '$axis', out 'file' } },"
done
valid() {
	"$BH" --verify --json "$@" --recipes "$T/recipes" >"$T/report.json"
	python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json"
}

ok "reproduced" fails 0 "1 reproduced, 0 differs" bh verify good
ok "nothing was built before: built twice" fails 0 "1 reproduced" bh verify --rounds 1 other
ok "differs" fails 2 "DIFFERS random: this step is the culprit" bh verify above
ok "… the file that differs is named" fails 2 "file: content: " bh verify above
ok "… it differs by itself" fails 2 "differs without any variation" bh verify random
ok "… also when axes are varied" fails 2 "differs without any variation" bh verify --vary umask random
ok "… what uses it is reported too" fails 2 "1 reproduced, 1 differs" bh verify above
kept=$(bh verify random 2>/dev/null | sed -n 's/.*rebuilt tree is kept in //p')
ok "… the rebuilt tree is kept" [ -f "$kept/file" ]
ok "… and the stored one stays" bh store path random

for axis in aslr kernel-name umask user; do
	ok "axis $axis is named" fails 2 "caused by varying: $axis
" bh verify --vary all "leak-$axis"
done
ok "axis file-order is named" fails 2 "caused by varying: file-order" bh verify --vary all leak-file-order
if [ "$(nproc)" -gt 1 ]; then
	ok "axis cpus is named" fails 2 "caused by varying: cpus" bh verify --vary cpus leak-cpus
fi
if [ -e /proc/self/timens_offsets ]; then
	ok "axis time is named" fails 2 "caused by varying: time" bh verify --vary time,umask leak-time
	ok "… the wall clock too" fails 2 "caused by varying: time" bh verify --vary time,umask leak-date
fi
for axis in parallelism ids home memory cpu; do
	ok "axis $axis is named" fails 2 "caused by varying: $axis" bh verify --vary "umask,$axis" "leak-$axis"
done
ok "a leak that is not varied does not show" bh verify --vary cpus leak-umask
ok "no such axis" fails 1 "there is no axis 'weather'" bh verify --vary weather good

ok "coverage" fails 3 "coverage 0.0 %" bh verify --sample 0% --coverage 50 good
ok "… enough" bh verify --coverage 100 good
ok "a sample" fails 0 "unchecked" bh verify --sample 0% good
ok "a bad percentage" fails 1 "a percentage is wanted" bh verify --sample 101 good

valid good
ok "the report follows its schema" valid good
valid above
ok "… also with differences" valid above --vary umask
ok "… and says the exit status" jq -e '.exit == 2 and .counts.differs == 1' "$T/report.json"

# The baseline stands beside the recipes.
mkdir -p "$T/store/baseline"
line=$(bh store baseline good)
echo "$line" >"$T/store/baseline/realisations"
ok "equal to the baseline" sh -c "'$BH' verify --json good --recipes '$T/recipes' | jq -e '.outputs[0].baseline == \"equal\"'"
echo "$line" | sed 's/ \(....\)/ 0000/' >"$T/store/baseline/realisations"
ok "another answer in the baseline" fails 2 "DIFFERS good" bh verify good
echo "0000${line#????}" >"$T/store/baseline/realisations"
ok "the baseline built it from other inputs" fails 2 "INHERITS good" bh verify good
echo "nonsense" >"$T/store/baseline/realisations"
ok "a broken baseline" fails 1 "realisations:1: not a realisation" bh verify good
rm "$T/store/baseline/realisations"

ok "the store is sound" fails 0 "0 problems" bh store check

# Verification summaries
bh key generate me >/dev/null
vsa() {
	bh verify --vsa "$T/vsa" "$@" >"$T/out" 2>&1
}
payload() {
	head -1 "$T/vsa" | jq -r .payload | base64 -d
}
ok "a summary of rebuilds" vsa good other
ok "… passed, with its policy" jq -e '.predicate.verificationResult == "PASSED" and (.subject | map(.name)) == ["good","other"]
	and .predicate.verifiedLevels == ["BOOT_HURD_REPRODUCED_BY_REBUILD"]' "$T/vsa"
digest=$(printf 'rounds 2\nvary umask\n' | sha256sum | cut -c1-64)
policy() {
	vsa --rounds 2 --vary umask --key me good && payload | jq -e ".predicate.policy.digest.sha256 == \"$digest\""
}
ok "… what was asked for can be checked" policy
failed() {
	vsa --key me above
	[ $? = 2 ] && payload | jq -e '.predicate.verificationResult == "FAILED"'
}
ok "… or failed" failed
ok "… a key that is not there is told first" fails 1 "no secret key 'you'" bh verify --vsa "$T/vsa" --key you good
ok "… a key and no summary" fails 1 "give --vsa" bh verify --key me good
for i in $(seq 700); do
	echo "recipe { name = 'steps-$i', sources = { { tree '../../src', as = 'src' } },"
	echo "  steps = { { 'src/tool', 'write', out 'a-file', '$i' } }, license = 'none', summary = 'one of many' },"
done | { echo 'return {'; cat; echo '}'; } >"$T/recipes/10-stage0/steps.lua"
many() {
	# shellcheck disable=SC2046
	vsa --key me $(seq -f 'steps-%g' 700) || { tail -3 "$T/out"; return 1; }
	[ "$(wc -l <"$T/vsa")" -gt 1 ] || return 1
	bh attest --check "$T/vsa" >"$T/checked" && [ "$(grep -c '^subject: steps-' "$T/checked")" = 700 ]
}
ok "… of 700 outputs, several envelopes" many
changed() {
	sed '2s/"payload":"e/"payload":"f/' "$T/vsa" >"$T/changed"
	fails 1 "changed:2" bh attest --check "$T/changed"
}
ok "… each is checked" changed
whole() { # the second line has no line end
	{ head -1 "$T/vsa"; sed -n 2p "$T/changed" | tr -d '\n'; } >"$T/open"
	fails 1 "open:2" bh attest --check "$T/open"
}
ok "… the last too, without a line end" whole
done_testing
