#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph --format markdown, and whether recipes/CHAIN.md, made by it, describes the recipes as they are.
# Times, and objects that are not published, are left out of the comparison: another machine has others.

. tests/integration/lib.sh

plain() {
	sed -e 's/^\(| [^ ]*\)\( \*\)\{0,1\} | [^|]* |/\1 |/' -e '/^Sum of all steps/d' \
		-e '/^- object: .*not published/d' -e '/^- object: not built/d' "$1"
}

same_chain() {
	"$BH" graph --format markdown --recipes recipes >"$T/new" || return 1
	plain recipes/CHAIN.md >"$T/a"
	plain "$T/new" >"$T/b"
	diff "$T/a" "$T/b"
}

# Each object in CHAIN.md stands in the published realisations with its derivation, or is said not to.
published() {
	sed -n -e 's/^- derivation: `\(.*\)`$/\1/p' -e 's/^- object: `\([0-9a-f]*\)`$/\1/p' \
		-e 's/^- object: .*not .*/-/p' recipes/CHAIN.md | paste -d ' ' - - >"$T/pairs"
	while read -r derivation object; do
		[ "$object" = - ] || grep -q " $object $derivation " store/baseline/realisations ||
			{ echo "$derivation $object"; return 1; }
	done <"$T/pairs"
	test -s "$T/pairs"
}

small() {
	mkdir -p "$T/small"
	echo hello >"$T/small/hello"
	sum=$(sha256sum "$T/small/hello" | cut -d' ' -f1)
	cat >"$T/small/one.lua" <<END
return recipe { name = "one", version = "1", summary = "one step",
  sources = { { url "http://example.invalid/a/hello-1.txt", sha256 = "$sum", unpack = false } },
  steps = { { "true" } }, pregenerated = { "configure", "parse.c" } }
END
	"$BH" graph --format markdown --recipes "$T/small" one >"$T/out" || return 1
	cat "$T/out"
	grep -qx '| one-1 \* | unknown | |' "$T/out" &&
		grep -qx '## one-1' "$T/out" && grep -qx 'one step' "$T/out" &&
		grep -qx -- '- object: not built' "$T/out" &&
		grep -qx -- "- source: \`hello-1.txt\`, SHA-256 \`$sum\`" "$T/out" &&
		grep -qx -- '- generated, taken on trust: `configure`, `parse.c`' "$T/out"
}

ok "a step's source, generated files and object are told" small
ok "recipes/CHAIN.md describes the recipes as they are" same_chain
ok "its objects are those that are published" published
ok "an unknown format is named" fails 1 "'html' is none of" "$BH" graph --format html --recipes recipes
done_testing
