#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# roots: where independent roots of trust meet; and lint --trust: what has to be believed.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

# Root NAME makes a library and a program of it; VALUE is a constant in the source of its compiler.
root() { # NAME VALUE
	cat >"$T/recipes/10-stage0/$1.lua" <<EOF2
local function made(name, part, inputs, ...)
	return recipe {
		name = name, summary = "test", license = "none", part = part, root = "$1",
		sources = { { tree "../../src", as = "src" }, ${3:-} },
		inputs = inputs,
		steps = { { "src/tool", ... } },
	}
end
return {
	made("$1-library", "library", {}, "write", out "file", "constant"),
	made("$1-program", "program", { { "$1-library", as = "library" } }, "cat", out "file",
		input_path "library/file", "src/constant-$2"),
	made("$1-again", "again", { { "$1-program", as = "program" } }, "cat", out "file", input_path "program/file"),
}
EOF2
}
echo 42 >"$T/src/constant-42"
echo 43 >"$T/src/constant-43"
build() {
	bh build -q "$1-again" >/dev/null
}
root one 42
root two 42
root three 42
ok "nothing is built: open" fails 3 "3 roots; 0 parts meet, 0 differ, 3 are open" bh roots
build one
build two
ok "one has not built it" fails 3 "0 parts meet, 0 differ, 3 are open" bh roots
ok "… it is said" fails 3 "  three        not built" bh roots
build three
ok "all meet" fails 0 "3 roots; 3 parts meet, 0 differ, 0 are open" bh roots
ok "… with the time of the last build" fails 0 " $(date -u +%Y-%m-%d) " bh roots
ok "a target: its roots only" fails 3 "1 roots; 0 parts meet, 0 differ, 2 are open" bh roots one-program

# overview PART WORD TEXT: its row says that, in a copy of the pages made now
overview() {
	bh publish --pages "$T/pages" >/dev/null 2>&1 || return 1
	grep -F "<tr><th scope=\"row\">$1</th><td><span class=\"verdict v-$2\">$2</span></td><td>$3" "$T/pages/index.html" || {
		sed -n '/id="roots"/,/<.ul>/p' "$T/pages/index.html"
		return 1
	}
}
ok "the overview: where roots meet" overview program meets "one: <code"
ok "… that one of them is asked about makes no part open" sh -c "! sed -n '/id=.roots/,/<.ul>/p' '$T/pages/index.html' | grep -F 'v-open'"
ok "… and what each trusts" grep -F '<li>Root <b>two</b> trusts ' "$T/pages/index.html"

json() {
	bh roots --json two-again one-again three-again >"$T/json"
	_status=$?
	jq -e "$1" "$T/json" && [ $_status = "$2" ]
}
ok "JSON" json '.schema == 1 and .meet == 3 and (.parts | map(.part)) == ["library", "program", "again"]' 0
ok "… has objects and times" json '[.parts[].recipes[] | .object, .built | type] | unique == ["string"]' 0

# A compiler that is not what it says.
root two 43
build two
ok "a root that makes other bits is named, with the first part" \
	fails 2 "root two differs, first at program" bh roots
ok "… and no other" sh -c '! "$1" roots --recipes "$2" | grep "root [^t]*[a-v].* differs" | grep -v "root two"' - "$BH" "$T/recipes"
ok "… in JSON" json '(.roots | map(select(.first_difference)) | map([.root, .first_difference])) == [["two", "program"]]' 2
ok "… on the overview, too: it differs" overview program differs ""
ok "… and which one" grep '>program<.*two: <code[^>]*>[^<]*</code> <b>differs</b>' "$T/pages/index.html"
ok "… in the feed, with a link there" sh -c "grep -F '<title>program differs</title>' '$T/pages/feed.atom' && grep -F 'index.html#roots' '$T/pages/feed.atom'"
ok "… the others meet still" json '(.parts | map(.verdict)) == ["meets", "differs", "differs"]' 2
root two 42
build two
ok "repaired" fails 0 "3 parts meet, 0 differ" bh roots
ok "… the overview has what stands now" overview program meets "one: <code"
ok "… and when it changed" sh -c "sed -n '/What changed/,\$p' '$T/pages/index.html' | grep -F '<a href=\"#roots\">program</a>'"

# part and root in a recipe.
bad() { # LUA TEXT
	recipe bad "steps = {}, $1"
	fails 1 "$2" bh roots bad
}
ok "part without root" bad 'part = "x"' "part and root go together"
ok "a part that is not a name" bad 'part = "a b", root = "c"' "'a b' or 'c' is not"
rm "$T/recipes/10-stage0/bad.lua"
recipe plain 'steps = { { "src/tool", "write", out "x" } }'
ok "no roots of trust" fails 1 "no recipe says which root of trust it starts from" bh roots plain
rm "$T/recipes/10-stage0/plain.lua"

# What each trusts. The test's tool is a program in the repository.
tool=$(stat -c %s "$T/src/tool")
ok "programs of the repository" fails 0 "root one trusts $tool bytes in 1 program, 0 bytes in 0 packages" bh roots
seq 100 >"$T/x.deb"
sum=$(sha256sum <"$T/x.deb" | cut -c1-64)
root three 42 "{ url \"file://$T/x.deb\", as = \"x\", unpack = false, sha256 = \"$sum\" }"
ok "a package that was not fetched" fails 3 \
	"root three trusts $tool bytes in 1 program, 0 bytes in 1 package (1 of them not fetched" bh roots
size=$(stat -c %s "$T/x.deb")
cp "$T/x.deb" "$T/right.deb"
printf X | dd of="$T/x.deb" bs=1 seek=100 conv=notrunc 2>/dev/null
ok "an exchanged package is refused by its pin" fails 1 "x.deb" bh build three-again
ok "… and nothing of it is kept" fails 3 "0 bytes in 1 package" bh roots
cp "$T/right.deb" "$T/x.deb"
build three
ok "a package counts with its bytes, once" fails 0 \
	"root three trusts $tool bytes in 1 program, $size bytes in 1 package" bh roots

# lint --trust
mkdir "$T/s"
printf '# Makefile.in generated by automake 1.16.5 from Makefile.am.\nall:\n\ttrue\n' >"$T/s/Makefile.in"
printf '#!/bin/sh\n# Generated by GNU Autoconf 2.69 for x.\n' >"$T/s/configure"
printf '1\n2\n3\n' >"$T/s/table"
tar -C "$T" -czf "$T/s.tar.gz" s
root three 42 "{ url \"file://$T/x.deb\", as = \"x\", unpack = false, sha256 = \"$sum\" },
	{ url \"file://$T/s.tar.gz\", as = \"s\", sha256 = \"$(sha256sum <"$T/s.tar.gz" | cut -c1-64)\" }"
sed -i 's|steps = { {|pregenerated = { "Makefile.in", "configure", "table" }, steps = { {|' "$T/recipes/10-stage0/three.lua"
ok "not looked at" fails 3 "1 source not looked at" bh lint --trust three-again
build three
ok "generated files, with their lines, those that are only declared among them" fails 0 \
	"three-again: $tool bytes in 1 program, $size bytes in 1 package, 8 lines in 3 generated files" bh lint --trust three-again
ok "… of the root, too" fails 0 "root three: $tool bytes in 1 program" bh lint --trust three-again
ok "… not of others" fails 0 "root one: $tool bytes in 1 program, 0 bytes in 0 packages, 0 lines in 0 generated files" \
	bh lint --trust one-again three-again
done_testing
