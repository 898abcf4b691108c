#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on real input: seed → Mes with the real recipes, verified twice and under every
# variation, equal to the published baseline, and walked by hand to the same hashes. Needs the
# Debian archive once, for Mes's source.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
unshare -Urm true 2>/dev/null || skip_all "user namespaces are not allowed here"
target=mes
"$BH" source fetch $target >"$T/fetch" 2>&1 || skip_all "the Debian archive cannot be reached: $(tail -1 "$T/fetch")"

ok "seed to Mes" "$BH" build $target
ok "no network is needed again" "$BH" build --offline $target
ok "reproduced, two rounds" fails 0 " reproduced, 0 differs, 0 failed; coverage 100.0 %" "$BH" --verify --rounds 2 --coverage 100 $target
"$BH" --verify --vary all --json $target >"$T/report.json" 2>"$T/report.log"
ok "reproduced under every variation" jq -e '.exit == 0 and (.vary | length > 0) and ([.outputs[].verdict] | all(. == "reproduced"))' "$T/report.json"
ok "equal to the baseline" jq -e '[.outputs[] | {name, baseline}] | all(.baseline == "equal")' "$T/report.json"
ok "the seed is the first of them" jq -e '.outputs[0].name | startswith("hex0")' "$T/report.json"

# By hand, in a root folder of its own, from the seed: no boot-hurd inside.
"$BH" export --script $target >"$T/script"
ok "walked by hand: the same hashes" fails 0 "ok /opt/boot-hurd/mes" by_hand "$T/script"
ok "… and a changed hash is seen" sh -c "sed -i 's/^check \\(.opt.boot-hurd.asm-1\\) ..../check \\1 0000/' '$T/script'"
ok "… it stops there" fails 2 "DIFFERS /opt/boot-hurd/asm-1" by_hand "$T/script"
done_testing
