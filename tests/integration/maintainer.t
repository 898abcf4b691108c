#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The maintainer's day: own folders of recipes, recipe new, bump, format, edit, list, search, source prefetch,
# a script that looks for /bin/sh; and profiles.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
need_tool
recipe one 'version = "1", dirs = { "bin" }, steps = { { "/build/src/tool", "install", out "bin/one", "/build/src/tool" } }'
recipe two 'version = "1", dirs = { "bin" }, steps = { { "/build/src/tool", "install", out "bin/two", "/build/src/tool" } }'

# several folders
mkdir -p "$T/mine/lib" "$T/recipes/lib"
echo 'return "base"' >"$T/recipes/lib/who.lua"
sed 's/version = "1"/version = "2"/' "$T/recipes/10-stage0/two.lua" >"$T/mine/two.lua"
sed -i 's|../../src|../src|' "$T/mine/two.lua"
over() { "$BH" "$@" --recipes "$T/recipes" --recipes "$T/mine"; }
ok "a later folder comes first, with a notice" fails 0 "note: $T/mine/two.lua takes the place of $T/recipes/10-stage0/two.lua" \
	over show two
mkdir "$T/many" "$T/many-more"
for i in 1 2 3 4 5 6 7; do
	sed "s/name = \"two\"/name = \"many-$i\"/" "$T/mine/two.lua" | tee "$T/many/many-$i.lua" >"$T/many-more/many-$i.lua"
done
ok "… of many, five are named" sh -c "'$BH' list --recipes '$T/many' --recipes '$T/many-more' 2>&1 >/dev/null | tee '$T/notes' | grep -c 'takes the place of' | grep -qx 5 && grep -qx 'note: so do 2 more recipes of later folders' '$T/notes'"
ok "… it is the one that counts" sh -c "'$BH' show -q two --recipes '$T/recipes' --recipes '$T/mine' | grep -q '^name: two-2'"
ok "… what it does not have is found below" fails 0 "name: one-1" over show one
ok "… and a build style" sh -c "
	echo 'return recipe { name = lib \"who\", dirs = { \"x\" }, steps = { { \"y\" } } }' >'$T/mine/base.lua'
	'$BH' show -q base --recipes '$T/recipes' --recipes '$T/mine' | grep -q '^name: base'"
echo 'return "mine"' >"$T/mine/lib/who.lua"
ok "… which a later folder may replace" fails 1 "must be named 'base'" over show base
rm "$T/mine/base.lua"
ok "BOOT_HURD_RECIPES is on top of the default" sh -c "
	BOOT_HURD_RECIPES='$T/mine' '$BH' list -q >'$T/out' && grep -q two-2 '$T/out' && grep -q hex0 '$T/out'"
ok "… and not looked at with --recipes" fails 0 "name: two-1" env BOOT_HURD_RECIPES="$T/mine" "$BH" show two --recipes "$T/recipes"
ok "a folder that is not there" fails 1 "no recipe folder $T/nowhere" "$BH" list --recipes "$T/recipes" --recipes "$T/nowhere"

# list, search
ok "list" fails 0 "two-1" bh list
ok "search" fails 0 "one-1" bh search ONE
ok "search for nothing" fails 1 "no recipe mentions 'quux'" bh search quux

# prefetch
echo hello >"$T/hello-1.0.txt"
sum=$(sha256sum <"$T/hello-1.0.txt" | cut -d' ' -f1)
ok "source prefetch prints the pin" fails 0 "$sum file://$T/hello-1.0.txt" bh source prefetch "file://$T/hello-1.0.txt"
ok "… and keeps the file" cmp "$T/hello-1.0.txt" "$T/state/sources/$sum"
ok "… of a file that is not there" fails 1 "Couldn't open file" bh source prefetch "file://$T/nothing"
ok "… of what is no URI" fails 1 "is not the URI of a file" bh source prefetch hello
ok "… nothing is left over" sh -c "! find '$T/state/tmp' -name file | grep ."

# new
mkdir -p "$T/pkg/greet-1.2"
printf '#!/bin/sh\n' >"$T/pkg/greet-1.2/configure"
chmod +x "$T/pkg/greet-1.2/configure"
printf 'Permission is hereby granted, free of charge\n' >"$T/pkg/greet-1.2/COPYING"
tar -C "$T/pkg" -czf "$T/greet-1.2.tar.gz" greet-1.2
cp recipes/lib/*.lua "$T/mine/lib/"
ok "recipe new" fails 0 "$T/mine/greet.lua" over recipe new greet "file://$T/greet-1.2.tar.gz"
says() { grep -q "$1" "$T/mine/greet.lua"; }
ok "… with its version" says 'version = "1.2"'
ok "… with its pin" says "$(sha256sum <"$T/greet-1.2.tar.gz" | cut -d' ' -f1)"
ok "… with the licence that lies there" says 'license = "MIT"'
ok "… configure is run" says 'configure = {}'
ok "… what is to be checked stands at its head" says 'To be checked'
ok "… again: nothing is overwritten" fails 1 "there is a recipe file of that name" over recipe new greet
ok "recipe new, of a name that cannot be one" fails 1 "cannot name a recipe" over recipe new ../x
ok "recipe new, of an archive that is none" fails 1 "" over recipe new junk "file://$T/hello-1.0.txt"
ok "… writes nothing" [ ! -e "$T/mine/junk.lua" ]
ok "recipe new --to names the folder for what comes next" fails 0 "boot-hurd build --recipes default --recipes $T/elsewhere lone" sh -c "
	mkdir '$T/elsewhere' && '$BH' recipe new --recipes '$T/recipes' --to '$T/elsewhere' lone"
ok "recipe new without a source" fails 0 "fresh.lua" over recipe new fresh

# bump
cat >"$T/mine/data.lua" <<EOF2
return recipe { name = "data", version = "1.0", summary = "x", license = "none",
	sources = { { tree "../src", as = "src" }, { url "file://$T/hello-1.0.txt", as = "hello", sha256 = "$sum" } },
	steps = { { "/build/src/tool", "cat", out "file", "hello" } } }
EOF2
echo goodbye >"$T/hello-1.1.txt"
new=$(sha256sum <"$T/hello-1.1.txt" | cut -d' ' -f1)
ok "recipe bump" fails 0 "data.lua: version 1.1" over recipe bump data 1.1
ok "… with the new pin" grep -q "$new" "$T/mine/data.lua"
ok "… it builds" over build -q data
cp "$T/mine/data.lua" "$T/before"
ok "recipe bump to what is not there" fails 1 "hello-9.9" over recipe bump data 9.9
ok "… leaves the recipe as it was" cmp "$T/before" "$T/mine/data.lua"
ok "recipe bump to the version it has" fails 1 "is at version 1.1 already" over recipe bump data 1.1

# … and built: what differs from the version before
for v in 1.0 1.1; do
	mkdir -p "$T/pkg/parts-$v"
	echo "text of $v" >"$T/pkg/parts-$v/text"
	echo '# Generated by GNU Autoconf 2.71.' | sed '1i #! /bin/sh' >"$T/pkg/parts-$v/configure"
	[ $v = 1.0 ] || printf '/* A Bison parser, made by GNU Bison 3.8.2.  */\n' >"$T/pkg/parts-$v/parse.c"
	tar -C "$T/pkg" -czf "$T/parts-$v.tar.gz" parts-$v
done
cat >"$T/mine/parts.lua" <<EOF2
return recipe { name = "parts", version = "1.0", summary = "x", license = "none",
	sources = { { tree "../src", as = "src" }, { url "file://$T/parts-1.0.tar.gz", as = "parts", unpack = true, sha256 = "$(sha256sum <"$T/parts-1.0.tar.gz" | cut -d' ' -f1)" } },
	steps = { { "/build/src/tool", "cat", out "file", "parts/text" } } }
EOF2
sed 's/name = "parts"/name = "spare", generated_unused = { "parse.c" }/' "$T/mine/parts.lua" >"$T/mine/spare.lua"
over build -q parts >/dev/null 2>&1
over recipe bump parts 1.1 --build >"$T/bump" 2>&1
ok "recipe bump --build: the outputs are compared" grep -q "file: content: 12 and 12 bytes, first difference" "$T/bump"
ok "… and what is taken on trust" grep -qx "taken on trust: 2 generated files, before 1" "$T/bump"
ok "… each new file" grep -qx "  new: parse.c" "$T/bump"
ok "… what the build does not use is not trusted" fails 0 "taken on trust: 1 generated files, before 1" over recipe bump spare 1.1 --build
ok "… it says where both trees are" grep -q "diffoscope $T/state/objects/" "$T/bump"
ok "… the new one is built" sh -c "'$BH' store path --recipes '$T/recipes' --recipes '$T/mine' parts-1.1"
sed -i 's/"cat", out "file"/"fail", "1"/' "$T/mine/parts.lua"
cp "$T/parts-1.1.tar.gz" "$T/parts-1.2.tar.gz"
ok "… that fails" fails 1 "this step fails on purpose" over recipe bump parts 1.2 --build

# format, edit
printf 'return recipe { name = "ugly",  \n\tdirs = { "x" },\n\n\n  steps = { { "y", [[\n\ta  \n]] } } }\n\n' >"$T/mine/ugly.lua"
ok "recipe format --check" fails 1 "would format" over recipe format --check ugly
ok "recipe format" over recipe format ugly
printf 'return recipe { name = "ugly",\n  dirs = { "x" },\n\n  steps = { { "y", [[\n\ta  \n]] } } }\n' >"$T/want"
ok "… blanks and line ends" cmp "$T/want" "$T/mine/ugly.lua"
ok "… there is nothing more to do" over recipe format --check ugly
ok "the project's own recipes are in form" "$BH" recipe format --check --recipes recipes
ok "recipe edit" env EDITOR="grep -q ugly" "$BH" recipe edit ugly --recipes "$T/mine"
ok "recipe edit, without an editor" fails 1 "the editor /nonexistent failed" env -u VISUAL EDITOR=/nonexistent \
	"$BH" recipe edit ugly --recipes "$T/mine"

# no /bin/sh
cat >"$T/recipes/10-stage0/script.lua" <<'EOF2'
return recipe { name = "script", summary = "x", license = "none", sources = { { tree "../../src", as = "src" } },
	steps = { { "/build/src/tool", "say", "make: /bin/sh: No such file or directory" }, { "/build/src/tool", "fail", "1" } } }
EOF2
ok "a build that looks for /bin/sh is told what helps" fails 1 "hint: there is no /bin/sh in a build" bh build script

# show
recipe quoted "steps = { { '/build/src/tool', 'write', out 'file', 'two words', \"it's\" } }"
ok "show quotes arguments" fails 0 "'two words' 'it'\\''s'" bh show quoted

# profiles
profile() { bh profile "$@"; }
ok "profile install, of what is not built" fails 1 "one-1 has not been built" profile install one
bh build -q one two >/dev/null 2>&1
ok "profile install" fails 0 "generation 1 of profile default: 1 output" profile install one
ok "… its programs are there" test -x "$T/state/profiles/default/current/bin/one"
ok "… and run" "$T/state/profiles/default/current/bin/one" true
ok "install another" fails 0 "generation 2 of profile default: 2 outputs" profile install two
ok "list" fails 0 "two-1" profile list
ok "the environment" sh -c "eval \"\$('$BH' profile environment)\" && command -v two | grep -q '$T/state/profiles'"
ok "… as a file, too" sh -c ". '$T/state/profiles/default/environment' && command -v one >/dev/null"
ok "remove" fails 0 "generation 3 of profile default: 1 output" profile remove one
ok "… it is not there any more" [ ! -e "$T/state/profiles/default/current/bin/one" ]
ok "roll-back" fails 0 "generation 2" profile roll-back
ok "… it is there again" test -x "$T/state/profiles/default/current/bin/one"
ok "switch" fails 0 "generation 3" profile switch 3
ok "generations" sh -c "'$BH' profile generations | grep -q '^ *3 .* current *two-1'"
ok "gc keeps what any generation has" sh -c "'$BH' gc -q --keep-built 0s >/dev/null && '$T/state/profiles/default/1/bin/one' true"
ok "the store is whole" bh store check
ok "… also after its database was lost" sh -c "'$BH' store rebuild-db && '$BH' store check"
ok "another profile" fails 0 "generation 1 of profile work" profile install --profile work one
ok "switch to what is not there" fails 1 "has no generation 9" profile switch 9
ok "switch to what is not a number" fails 1 "is not the number of a generation" profile switch x
ok "remove what is not in it" fails 1 "has no nothing" profile remove nothing
ok "roll back from the first" fails 1 "no earlier generation" profile roll-back --profile work
recipe clash 'version = "1", dirs = { "bin" }, steps = { { "/build/src/tool", "install", out "bin/one", "/build/src/tool" } }'
bh build -q clash >/dev/null 2>&1
ok "two outputs with one program" fails 1 "bin/one of clash-1 is in the profile already" profile install --profile work clash
ok "… the profile stays as it was" sh -c "'$BH' profile list --profile work | grep -c . | grep -qx 1"
killed() {
	for ms in 002 005 010 020 040; do
		timeout -s KILL 0.$ms "$BH" profile install two --profile kill --recipes "$T/recipes"
		[ ! -e "$T/state/profiles/kill/current" ] || [ -x "$T/state/profiles/kill/current/bin/two" ] || return 1
	done
	bh store check
}
ok "SIGKILL at any instant" killed

# log -f
recipe slow "steps = { { '/build/src/tool', 'say', 'first words' }, { '/build/src/tool', 'sleep', '3000', out 'file', 'x' }, { '/build/src/tool', 'say', 'last words' } }"
bh build slow >/dev/null 2>&1 &
followed() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		bh log -f slow >"$T/followed" 2>/dev/null && break
		sleep 0.2
	done
	grep -q "first words" "$T/followed" && grep -q "last words" "$T/followed"
}
ok "log -f follows a build to its end" followed
wait
ok "log -f of what does not run" fails 1 "no build of slow runs" bh log -f slow

# completion
complete_() { # WORDS…: what bash would offer for the last one
	bash -c "PATH=$BUILD/bin:\$PATH; $("$BH" completion bash)
		COMP_WORDS=(boot-hurd $*); [ \"\${1-}\" ] ; COMP_CWORD=\$((\${#COMP_WORDS[@]} - 1)); _boot_hurd; echo \"\${COMPREPLY[@]}\""
}
offers() { # TEXT WORDS…
	_text=$1
	shift
	complete_ "$@" | grep -qw -e "$_text"
}
ok "bash: commands" offers verify ver
ok "bash: options of a command" offers --keep-going build --k
ok "bash: verbs" offers rebuild-db store re
ok "bash: options of a verb" offers --profile profile list --p
ok "bash: targets" offers mes build me
for shell in zsh fish; do
	ok "$shell: every command" sh -c "
		'$BH' completion $shell >'$T/$shell' && for c in \$('$BH' --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
			grep -qw \$c '$T/$shell' || exit 1; done"
done
ok "fish: options with what they do" grep -q -e "-l keep-going -s k -d 'go on after a failure'" "$T/fish"

# quorum
export BOOT_HURD_CONFIG="$T/config.json"
key=$(printf x | sha256sum | cut -c1-64)
ok "quorum: none" fails 0 "no quorum" bh quorum show
ok "quorum set" fails 0 "1 of these must agree" bh quorum set 1 "$key"
ok "… it is kept" fails 0 "$key" bh quorum show
ok "quorum set to more than there are" fails 1 "cannot be a quorum" bh quorum set 2 "$key"
ok "quorum clear" bh quorum clear
ok "… it is gone" fails 0 "no quorum" bh quorum show
ok "doctor -q says nothing of what is well" sh -c "! '$BH' doctor -q | grep -e '^ok' -e '^optional'"
done_testing
