#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# boot-hurd-recipe(5) against the program: the examples of build styles, each extracted as it stands there, are
# recipes that can be read, planned and looked at; those that need no more than the C compiler are built.
# MANUAL_STATE: a store that has tcc, musl, dash, busybox and make, for a quick run.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
manual=doc/boot-hurd-recipe.5.scd

# An example is a literal block whose first line is a comment with the name of its file.
mkdir -p "$T/mine"
awk -v to="$T/mine" '
	/^```/ { inside = !inside; first = inside; file = ""; next }
	!inside { next }
	first && match($0, /^(--|#|\/\*) [a-z][A-Za-z.\/]*( \*\/)?$/) {
		file = dir = to "/" $2
		sub(/[^\/]*$/, "", dir)
		system("mkdir -p " dir)
	}
	{ first = 0; if (file) { gsub(/\\\\/, "\\"); print >file } }' $manual
own() { "$BH" "$@" --recipes default --recipes "$T/mine"; }

examples=$(cd "$T/mine" && echo *.lua)
ok "there are four examples" [ "$examples" = "abroad.lua again.lua count.lua greet.lua" ]
for example in $examples; do
	name=${example%.lua}
	case $name in abroad) name=abroad-i586-pc-gnu ;; esac
	ok "$example is a recipe of that name" fails 0 "name: $name-1.0" own show $name
	ok "… its build can be planned" fails 0 "would build $name-1.0" own build -n $name
	ok "… lint finds nothing wrong" fails 0 "0 broken files, 0 findings" own lint $name
	ok "… it is in its format" own recipe format --check "${example%.lua}"
done
ok "each field of gnu_build stands in the manual" sh -c "
	sed -n '/^local own = {/,/^}/p' recipes/lib/gnu_build.lua | grep -o '\"[a-z_]*\"' | tr -d '\"' | sed 's/_/\\\\\\\\_/g' |
		while read -r field; do
			[ \"\$(grep -c \"^\*\$field\*\\|^\*[a-z]*\*, \*\$field\*\" $manual)\" = 1 ] || { echo \"\$field\"; exit 1; }
		done"

# One figure for each limit: what doctor prints, which is what the code holds people to, is what the manual lists, and
# no other place of the manuals, nor a message, has a figure of its own.
"$BH" doctor --limits | sed 's/^\(.*[^ ]\)  *\([0-9][0-9,]*\( [a-zA-Z]*\)\{0,1\}\)$/- \1: \2/' >"$T/limits"
sed -n '/^# LIMITS/,/^# ERRORS/p' $manual | grep '^- ' >"$T/told"
ok "the limits of the manual are those of the program" diff "$T/told" "$T/limits"
ok "… which are many" sh -c "[ \"\$(wc -l <'$T/limits')\" -gt 40 ]"
elsewhere() {
	sed '/^# LIMITS/,/^# ERRORS/d' $manual | cat - doc/boot-hurd.1.scd |
		grep -nE '[0-9] (KiB|MiB|GiB)|[0-9]+ (hours|minutes|years)|4096|1024 |10,000,000' |
		grep -vE 'clocks are|_MIB_|64 MiB|minutes; its memory|512 MiB'
}
none_elsewhere() { ! elsewhere; }
ok "no figure stands in the manuals a second time" none_elsewhere
figure() { sed -n "s/^- $1: //p" "$T/limits"; }
ok "an option's refusal has that figure" fails 1 "at most $(figure 'asked for: time')" "$BH" build --max-time 101000d mes
cat >"$T/mine/large.lua" <<EOF
return recipe { name = "$(printf 'x%.0s' $(seq 130))", steps = { { "true" } } }
EOF
ok "a recipe's refusal, too" fails 1 "1 to $(figure 'recipe: bytes of a name') of" own show large
rm "$T/mine/large.lua"

unshare -Urm true 2>/dev/null || {
	done_testing
	exit
}
[ -z "${MANUAL_STATE:-}" ] || export BOOT_HURD_STATE="$MANUAL_STATE"
# What count's own check counted: the text of its source, with the line feed that ends its last line.
awk '/text\("lines.c"/ { on = 1; next } /\]\]\)/ { if (on) printf "    "; on = 0 } on' "$T/mine/count.lua" >"$T/lines.c"
if own source fetch count greet >"$T/fetch" 2>&1; then
	ok "count.lua and greet.lua are built" own build count greet
	plan_limits() { # what a recipe without limits gets, in the words of the manual
		own show --plan greet | sed -n 's/^limit //p' >"$T/plan" && grep . "$T/plan" &&
			grep -qx "time $(($(figure 'build: time' | cut -d' ' -f1) * 3600))" "$T/plan" &&
			grep -qx "memory $(($(figure 'build: memory' | cut -d' ' -f1) << 30))" "$T/plan" &&
			grep -qx "processes $(figure 'build: processes at one time' | tr -d ,)" "$T/plan" &&
			grep -qx "output $(($(figure 'build: output' | cut -d' ' -f1) << 30))" "$T/plan" &&
			grep -qx "log $(($(figure 'build: log' | cut -d' ' -f1) << 20))" "$T/plan"
	}
	ok "… with the limits that the manual lists" plan_limits
	ok "… count counts" sh -c "'$BH' export --folder '$T/out' count --recipes default --recipes '$T/mine' &&
		[ \"\$(cat '$T/out/count-1.0/check')\" = \"\$('$T/out/count-1.0/bin/count' <'$T/lines.c')\" ]"
	ok "… greet greets" sh -c "'$BH' export --folder '$T/out' greet --recipes default --recipes '$T/mine' &&
		'$T/out/greet-1.0/bin/greet' | grep -x hello"
else
	n=$((n + 1))
	echo "ok $n - count.lua and greet.lua are built # SKIP the Debian archive cannot be reached"
fi
done_testing
