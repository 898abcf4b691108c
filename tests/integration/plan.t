#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The plan of a build: `show --plan` prints what the engine carries out, `export --script` is that same plan as
# shell commands, and walked by hand these give the same hashes.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
unshare -Urm true 2>/dev/null || skip_all "user namespaces are not allowed here"
target=stage0-tools
"$BH" build $target >"$T/log" 2>&1 || { cat "$T/log"; exit 1; }

plan() { "$BH" show --plan "$@"; }
ok "a plan as text" sh -c "'$BH' show --plan $target >'$T/text'"
ok "… the output" grep -q "^output /opt/boot-hurd/${target}[^ ]* new$" "$T/text"
ok "… an input, from the store" grep -q "^input /opt/boot-hurd/[^ ]* $BOOT_HURD_STATE/objects/" "$T/text"
ok "… a limit" grep -q "^limit time [0-9]" "$T/text"
ok "… a step and its environment" grep -q "^step 1 env SOURCE_DATE_EPOCH=1$" "$T/text"
ok "… the same each time" sh -c "'$BH' show --plan $target | cmp - '$T/text'"
plan --json $target >"$T/plan.json"
ok "jq -e of nothing fails in these tests" sh -c "! jq -e . </dev/null"
ok "a plan as JSON" jq -e '.schema == 1 and .umask == "022" and .user == 1000 and .machine == "i686"' "$T/plan.json"
ok "… two writable folders" jq -e '[.mounts[] | select(.writable) | .inside] | length == 2 and .[0] == "/build"' "$T/plan.json"
ok "… as many steps as the text has" [ "$(jq '.steps | length' "$T/plan.json")" = "$(grep -c '^step [0-9]* dir ' "$T/text")" ]
ok "what is not built has no plan" fails 1 "is not in the store" "$BH" --state "$T/empty" show --plan $target
ok "… and nothing is fetched for one" fails 1 "not all of its sources are in the store" plan mes

# The script is made of the plan: each step of the plan is the line of it that the script has.
"$BH" export --script $target >"$T/script"
plan_commands() { # the commands of the plan, in the words of a shell
	jq -r 'def word: if test("^[A-Za-z0-9_+=./:,@%-]+$") then . else "\u0027" + gsub("\u0027"; "\u0027\\\u0027\u0027") + "\u0027" end;
		.umask as $umask | .steps[] | "(cd \(.dir) && umask \($umask) && env -i " +
		([.env | to_entries[] | "\(.key)=\(.value | word)"] | join(" ")) + " " +
		([.argv[] | word] | join(" ")) + " <\(.stdin // "/dev/null")" +
		(if .stdout then " >\(.stdout)" else "" end) + ")"' "$T/plan.json"
}
sed -n '/^# ---- '$target'/,$p' "$T/script" | grep '^(cd ' >"$T/commands"
plan_commands >"$T/planned"
ok "the script has the commands of the plan" diff "$T/planned" "$T/commands"
ok "… all of them" [ -s "$T/planned" ]
ok "walked by hand: the same hashes" fails 0 "ok /opt/boot-hurd/$target" by_hand "$T/script"
ok "a changed hash is seen" sh -c "sed -i 's/^check \\(.opt.boot-hurd.asm-1\\) ..../check \\1 0000/' '$T/script'"
ok "… it stops there" fails 2 "DIFFERS /opt/boot-hurd/asm-1" by_hand "$T/script"
done_testing
