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
for axis in aslr cpus file-order kernel-name umask user time date parallelism ids odd home memory cpu; do
	recipe "leak-$axis" "inputs = { 'good', 'other' }, steps = { { 'src/tool', 'leak', '$axis', out 'file' } },"
done
valid() {
	"$BH" --verify --json "$@" --recipes "$T/recipes" >"$T/report.json"
	python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json"
}

ok "reproduced" fails 0 "1 reproduced, 0 differs" bh verify good
ok "… in a pipe a line tells what is being rebuilt" fails 0 "rebuilding good" bh verify good
ok "nothing was built before: built twice" fails 0 "1 reproduced" bh verify --rounds 1 other
ok "differs" fails 2 "DIFFERS random: this step is the culprit" bh verify above
ok "… the file that differs is named" fails 2 "file: content: " bh verify above
ok "… it differs by itself" fails 2 "differs without any variation" bh verify random
ok "… also when axes are varied" fails 2 "differs without any variation" bh verify --vary umask random
ok "… what stands on it is counted apart" fails 2 "0 reproduced, 1 differs, 1 stand on a step that differs" bh verify above
ok "… and says on what" fails 2 "stands on random, which differs" bh verify above
recipe higher "inputs = { 'above' }, steps = { { 'src/tool', 'write', out 'file', 'y' } },"
ok "… also from further above" fails 2 "0 reproduced, 1 differs, 2 stand on" bh verify higher
ok "--only: the target alone is rebuilt, and that is said" fails 0 "1 outputs: 1 reproduced, 0 differs" bh verify --only higher
ok "… that is said" fails 0 "what these are built from was taken as it is" bh verify --only above higher
ok "… a culprit among the targets is one" fails 2 "1 differs, 1 stand on" bh verify --only random higher
ok "… not without a target" fails 1 "--only needs a TARGET" bh verify --only
ok "… not with --peers" fails 1 "--only has no meaning with --peers" bh verify --peers --only higher
valid --only higher
ok "… in JSON" jq -e '.only and [.outputs[].name] == ["higher"]' "$T/report.json"
valid higher
ok "… not said else" jq -e '.only == false' "$T/report.json"
ok "… in JSON" jq -e '[.outputs[] | [.name, .verdict, .stands_on]] == [["random", "differs", null],
	["above", "stands-on", "random"], ["higher", "stands-on", "random"]] and .counts["stands-on"] == 2' "$T/report.json"
kept=$(bh verify random 2>/dev/null | sed -n 's/.*rebuilt tree is kept in //p')
ok "… the rebuilt tree is kept" [ -f "$kept/file" ]
ok "… and the stored one stays" bh store path random
# Nothing but what was built tells the two trees apart: no mode, no time, no link count.
alike() {
	bh verify random >"$T/text" 2>/dev/null
	a=$(sed -n 's/^  the stored tree is //p' "$T/text")
	b=$(sed -n 's/^  the rebuilt tree is kept in //p' "$T/text")
	grep -qxF "  to look closer: diffoscope $a $b" "$T/text" || { cat "$T/text"; return 1; }
	(cd "$a" && find . -exec stat -c '%n %f %h %s %Y %u %g' {} + | sort) >"$T/a"
	(cd "$b" && find . -exec stat -c '%n %f %h %s %Y %u %g' {} + | sort) >"$T/b"
	[ -s "$T/a" ] && diff "$T/a" "$T/b"
}
ok "… in nothing but the bits, and how to look closer is said" alike
valid random
ok "… both are in JSON" jq -e '.outputs[0] | (.stored | endswith("'"$(bh store path random | sed 's,.*/,,')"'")) and (.kept | contains("/differences/random-"))' "$T/report.json"
# diffoscope reads what others made: it sees the two trees and the system's programs, and may use so much of all.
mkdir "$T/bin"
cat >"$T/bin/diffoscope" <<'EOF2'
#!/bin/sh
while [ $# -gt 2 ]; do
	case $1 in
	--text) text=$2 ;;
	--html) html=$2 ;;
	esac
	shift
done
case $(cat /program/mode) in
link) ln -s /etc/passwd "$text" ;;
many) for i in $(seq 400); do sleep 60 & done; wait ;;
fails) exit 2 ;;
*)
	echo "<p>$1" >"$html"
	{
		echo "$1 $2"
		ls "$1" "$2" / /etc
		echo x >"$1/file" || echo "cannot write"
		head -1 /etc/passwd /root || echo "nothing else is there"
	} >"$text" 2>&1
	;;
esac
exit 1
EOF2
chmod +x "$T/bin/diffoscope"
with_diffoscope() { # MODE: a daemon has an environment of its own
	echo "$1" >"$T/bin/mode"
	shift
	[ -z "${THROUGH_DAEMON:-}" ] || set -- --no-daemon
	BOOT_HURD_DIFFOSCOPE="$T/bin/diffoscope" "$BH" verify random --json --recipes "$T/recipes" "$@" >"$T/report.json" 2>"$T/err"
	report=$(jq -r '.outputs[0].report // ""' "$T/report.json")
	[ -n "$report" ] && cp "$report" "$T/seen"
}
# reports: it is named in both reports of ours
reports() {
	with_diffoscope fine && [ -s "$report" ] && [ "$(cat "${report%.txt}.html")" = "<p>/ours" ] &&
		python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json" || return 1
	set --
	[ -z "${THROUGH_DAEMON:-}" ] || set -- --no-daemon
	PATH="$T/bin:$PATH" env -u BOOT_HURD_DIFFOSCOPE "$BH" verify random --recipes "$T/recipes" "$@" >"$T/text" 2>/dev/null
	[ -s "$(sed -n "s/^  diffoscope's report is //p" "$T/text")" ]
}
ok "diffoscope's report is named" reports
ok "… it can write to neither tree" grep -x "cannot write" "$T/seen"
ok "… nor see anything else" sh -c "grep -x 'nothing else is there' '$T/seen' && ! grep -qx 'passwd\|shadow\|root\|home' '$T/seen'"
# none MODE TEXT: no report, and why
none() {
	! with_diffoscope "$1" && grep "warning: there is no report of diffoscope about .*: $2" "$T/err" &&
		[ "$(jq -r '.outputs[0].verdict' "$T/report.json")" = differs ]
}
ok "… a link is no report" none link "it failed"
ok "… nor is a failure" none fails "it failed"
ok "… it may make so many processes" none many "it made more than 256 processes"
ok "… nothing of it is left" [ -z "$(find "$T/state/differences" -maxdepth 1 -type d -name '*.diffoscope.*')" ]

# Deep trees need few descriptors, here and wherever else a tree is walked.
deep=$(printf 'd/%.0s' $(seq 400))x
recipe deep "dirs = { '${deep%/x}' }, steps = { { 'src/tool', 'random', out '$deep' } },"
few() {
	if [ -n "${THROUGH_DAEMON:-}" ]; then
		bh "$@"
	else
		# shellcheck disable=SC3045 # dash and bash have it
		(ulimit -Sn 64 && bh "$@")
	fi
}
ok "400 folders, 64 descriptors" fails 2 "  $deep: content: " few verify deep
for axis in aslr file-order kernel-name umask user; do
	ok "axis $axis is named" fails 2 "caused by varying: $axis
" bh verify --vary all "leak-$axis"
done
# What this machine cannot vary is told, and was not done; what it can is caught.
caught() {
	_said=$(bh verify --vary "$1" "leak-$2" 2>&1)
	_got=$?
	echo "$_said"
	valid --vary "$1" "leak-$2" || echo "(exit status $?)"
	case $_said in
	*"not varied: $1: its canary "*)
		[ $_got = 3 ] && jq -e ".vary == [] and .not_varied[0].axis == \"$1\" and .exit == 3" "$T/report.json"
		;;
	*) [ $_got = 2 ] && jq -e ".vary == [\"$1\"] and .outputs[-1].axes == [\"$1\"]" "$T/report.json" ;;
	esac
}
ok "axis cpus is caught, or told" caught cpus cpus
ok "axis time is caught, or told" caught time time
ok "… of the wall clock, too" caught time date
# Numbers of devices are drawn from those that are free: other ones when the machine is busy, with the axis
# or without; but with it always odd, and even without.
unshare -Urm sh -c 'while mount -t tmpfs none /mnt && mount -t tmpfs none /mnt && umount /mnt && umount /mnt; do :; done' 2>/dev/null &
noise=$!
ok "axis ids is caught" fails 2 "DIFFERS leak-ids" bh verify --vary umask,ids leak-ids
ok "axis ids is named" fails 2 "caused by varying: ids" bh verify --vary umask,ids leak-odd
kill $noise
for axis in parallelism home memory cpu; do
	ok "axis $axis is named" fails 2 "caused by varying: $axis" bh verify --vary "umask,$axis" "leak-$axis"
done
# Canaries: what they say counts. The recipes at hand come before those of the program.
recipe canary-umask "dirs = { 'seen' }, steps = { { 'src/tool', 'leak', 'umask', out 'seen/a' }, { 'src/tool', 'write', out 'seen/b', 'same' } },"
ok "a canary that comes out the same in part" fails 3 "not varied: umask: its canary comes out the same on this machine: b" bh verify --vary umask leak-umask
ok "… with others" fails 3 "; varied: user
not varied: umask: " bh verify --vary umask,user good
ok "… all is what can be varied" fails 0 "not varied: umask: " bh verify --vary all good
bh key generate canary >/dev/null
unsigned() {
	bh verify --vary all --vsa "$T/vsa" --key canary good >/dev/null 2>&1
	head -1 "$T/vsa" | jq -r .payload | base64 -d >"$T/payload"
	jq -e '.predicate.policy.uri | contains("&vary=user") and contains("&not-varied=umask") and (contains("&vary=umask") | not)' "$T/payload"
}
ok "… the summary says which" unsigned
recipe canary-umask "dirs = { 'seen' }, steps = { { 'src/tool', 'random', out 'seen/a' } },"
ok "a canary that differs by itself" fails 3 "its canary differs without it, and proves nothing" bh verify --vary umask good
recipe canary-umask "dirs = { 'seen' }, steps = { { 'src/tool', 'fail', '1' } },"
ok "a canary that cannot be built" fails 3 "not varied: umask: its canary cannot be built" bh verify --vary umask good
rm "$T/recipes/10-stage0/canary-umask.lua"
mkdir "$T/recipes/canary"
cat >"$T/recipes/canary/canary-user.lua" <<END
return recipe { name = "canary-user", summary = "x", license = "none", sources = { { tree "../../src", as = "src" } },
	dirs = { "seen" }, steps = { { "src/tool", "leak", "user", out "seen/a" } } }
END
ok "a canary of the user's" fails 0 "; varied: user" bh verify --vary user good
ok "… is in no list of all recipes" fails 0 "" sh -c "! '$BH' graph --recipes '$T/recipes' | grep canary"
ok "a leak that is not varied does not show" bh verify --vary cpus leak-umask
ok "no such axis" fails 1 "there is no axis 'weather'" bh verify --vary weather good

ok "coverage" fails 3 "coverage 0.0 %" bh verify --sample 0% --coverage 50 good
ok "… enough" bh verify --coverage 100 good
ok "nothing rebuilt is not success" fails 3 "0 reproduced, 0 differs, 1 sampled out, 0 failed; coverage 0.0 %; sample 0 %" bh verify --sample 0% good
ok "a sample says what it left out" fails 3 "sampled-out" bh verify --sample 0% -a good
ok "a seed without a sample" fails 1 "no meaning without --sample" bh verify --seed 3 good
ok "a bad percentage" fails 1 "expected a percentage" bh verify --sample 101 good

valid good
ok "the report follows its schema" valid good
valid above
ok "… also with differences" valid above --vary umask
ok "… and says the exit status" jq -e '.exit == 2 and .counts.differs == 1' "$T/report.json"
valid --sample 0% good
ok "… also with nothing rebuilt" jq -e '.exit == 3 and .counts["sampled-out"] == 1 and .coverage == 0 and .sample == 0' "$T/report.json"

# The baseline stands beside the recipes.
mkdir -p "$T/store/baseline"
line=$(bh store baseline good)
echo "$line" >"$T/store/baseline/realisations"
ok "equal to the baseline" sh -c "'$BH' verify --json good --recipes '$T/recipes' | jq -e '.outputs[0].baseline == \"equal\"'"
ok "… only the baseline, nothing rebuilt" fails 3 "0 reproduced, 0 differs, 1 not rebuilt, equal to the baseline only, 0 failed; coverage 0.0 %" bh verify --sample 0% good
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
digest=$(printf 'rounds 2\nsample 100\nvary umask\n' | sha256sum | cut -c1-64)
policy() {
	vsa --rounds 2 --vary umask --key me good && payload | jq -e ".predicate.policy ==
		{digest: {sha256: \"$digest\"}, uri: \"urn:boot-hurd:policy:rebuild:2?=rounds=2&sample=100&vary=umask\"}"
}
ok "… what was asked for can be checked" policy
head -1 "$T/vsa" >"$T/envelope"
ok "… openssl and jq check it, too" foreign_check "$T/envelope" "$T/state/keys/me.public"
foreign_ok "a summary" "$T/envelope" "$T/state/keys/me.public"
"$BH" key generate --state "$T/others" other >/dev/null
wrong_key() {
	! foreign_check "$T/envelope" "$T/others/keys/other.public"
}
ok "… not by another key" wrong_key
failed() {
	vsa --key me above
	[ $? = 2 ] && payload | jq -e '.predicate.verificationResult == "FAILED"'
}
ok "… or failed" failed
# Whatever the store and the baseline say: what this run did not rebuild is not signed.
unrebuilt() {
	echo "$line" >"$T/store/baseline/realisations"
	vsa --sample 0% --key me good
	_r=$?
	rm "$T/store/baseline/realisations"
	[ $_r = 3 ] && payload | jq -e '.predicate.verificationResult == "FAILED" and
		(.predicate.policy.uri | contains("sample=0&seed="))'
}
ok "… what was not rebuilt does not pass" unrebuilt
part() {
	for seed in $(seq 40); do
		vsa --sample 50% --seed "$seed" good other && [ "$(jq '.subject | length' "$T/vsa")" = 1 ] &&
			jq -e '.predicate.verificationResult == "PASSED" and
				(.predicate.policy.uri | endswith("?=rounds=1&sample=50&seed='"$seed"'"))' "$T/vsa" && return
	done
	return 1
}
ok "… of a sample, what it rebuilt and nothing else" part
ok "… a key that is not there is told first" fails 1 "no secret key 'you'" bh verify --vsa "$T/vsa" --key you good
ok "… a key and no summary" fails 1 "give --vsa" bh verify --key me good
for i in $(seq 500); do
	echo "recipe { name = 'steps-$i', sources = { { tree '../../src', as = 'src' } },"
	echo "  steps = { { 'src/tool', 'write', out 'a-file', '$i' } }, license = 'none', summary = 'one of many' },"
done | { echo 'return {'; cat; echo '}'; } >"$T/recipes/10-stage0/steps.lua"
many() {
	# shellcheck disable=SC2046
	vsa --key me $(seq -f 'steps-%g' 500) || { tail -3 "$T/out"; return 1; }
	[ "$(wc -l <"$T/vsa")" = 1 ] && [ "$(wc -c <"$T/vsa")" -gt 60000 ] || { wc "$T/vsa"; return 1; }
	bh attest --check "$T/vsa" >"$T/checked" && [ "$(grep -c '^subject: steps-' "$T/checked")" = 500 ]
}
ok "… of 500 outputs, one envelope" many
# Local trees in the place of sources: rebuilt as the rest, and never attested.
mkdir "$T/local" && cp "$T/src/tool" "$T/local" && echo x >"$T/local/more"
recipe mine "steps = { { 'src/tool', 'write', out 'file', 'mine' } },"
recipe over "inputs = { 'mine' }, steps = { { 'src/tool', 'write', out 'file', 'over' } },"
local_mine() {
	bh verify --override-source "mine:src=$T/local" "$@"
}
ok "--override-source: rebuilt and compared, also varied" fails 0 "2 reproduced, 0 differs, 0 failed; coverage 100.0 %; varied: user
not attestable: mine: stands on an overridden source
not attestable: over: stands on an overridden source" local_mine --vary user over
# shellcheck disable=SC2154 # lib.sh's ok sets it
ok "… and nothing else is told so" sh -c "! echo '$_out' | grep 'not attestable: good'"
valid --override-source "mine:src=$T/local" over good
ok "… in JSON" jq -e '.exit == 0 and ([.outputs[] | [.name, .verdict, .attestable]] | sort) ==
	[["good", "reproduced", true], ["mine", "reproduced", false], ["over", "reproduced", false]]' "$T/report.json"
none_passed() {
	vsa --key me --override-source "mine:src=$T/local" over || return 1
	payload | jq -e '.predicate.verificationResult == "FAILED" and
		(.predicate.policy.uri | endswith("?=rounds=1&sample=100&not-attestable=mine&not-attestable=over"))'
}
ok "… no summary passes it" none_passed
rest_passed() {
	vsa --key me --override-source "mine:src=$T/local" over good || return 1
	payload | jq -e '.predicate.verificationResult == "PASSED" and (.subject | map(.name)) == ["good"] and
		(.predicate.policy.uri | contains("&not-attestable=over"))'
}
ok "… but what stands on none of it" rest_passed
ok "… attest refuses what verify built so" fails 1 "over" bh attest --key me over
unpublished() {
	bh publish "$T/pub" --key me over
	! find "$T/pub" -name '*.json' -exec cat {} + | grep -q '"over"'
}
ok "… publish leaves it out" unpublished
ok "… a culprit is a culprit" fails 2 "DIFFERS random" bh verify --override-source "random:src=$T/local" random
ok "… no such source" fails 1 "no recipe of these targets has a source 'nope'" bh verify --override-source "nope=$T/local" good
ok "… no path" fails 1 "expected NAME=PATH" bh verify --override-source src good
ok "… has no meaning with --peers" fails 1 "--override-source has no meaning with --peers" \
	bh verify --peers --override-source "src=$T/local" good
# A bundle: an envelope a line.
vsa --key me good
cat "$T/vsa" "$T/vsa" >"$T/bundle"
ok "… several in a bundle" bh attest --check "$T/bundle"
changed() {
	sed '2s/"payload":"e/"payload":"f/' "$T/bundle" >"$T/changed"
	fails 1 "changed:2" bh attest --check "$T/changed"
}
ok "… each is checked" changed
whole() { # the second line has no line end
	{ head -1 "$T/bundle"; sed -n 2p "$T/changed" | tr -d '\n'; } >"$T/open"
	fails 1 "open:2" bh attest --check "$T/open"
}
ok "… the last too, without a line end" whole
done_testing
