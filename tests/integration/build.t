#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Building: outputs, early cut-off, failures, limits, the rules of the sandbox.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

write='{ "src/tool", "write", out "file",'
recipe one "version = '1', steps = { $write 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one-1/file' } },"
recipe look "steps = { { 'src/tool', 'look', out 'file' } },"
recipe fail "steps = { { 'src/tool', 'true' }, { 'src/tool', 'fail', '7' } },"
recipe above-fail "inputs = { 'fail' }, steps = { $write 'x' } },"
recipe nothing "steps = { { 'src/tool', 'true' } },"
recipe socket "steps = { { 'src/tool', 'socket' }, $write 'x' } },"
recipe strict "strict_network = true, steps = { { 'src/tool', 'socket' }, $write 'x' } },"
recipe local "strict_network = true, steps = { $write 'x' } },"
recipe daemon "steps = { $write 'x' }, { 'src/tool', 'daemon' } },"
recipe absent "steps = { { 'no-such-program' } },"
recipe input "inputs = { 'one' }, steps = { { 'src/tool', 'write', '/opt/boot-hurd/one-1/file', 'x' } },"
recipe outside "steps = { { 'src/tool', 'write', '/elsewhere', 'x' } },"
recipe slow "limits = { time = 1 }, steps = { { 'src/tool', 'sleep', '20000', out 'x' } },"
recipe silent "limits = { silence = 1 }, steps = { { 'src/tool', 'sleep', '20000', out 'x' } },"
recipe forks "limits = { processes = 50 }, steps = { { 'src/tool', 'forks' } },"
recipe hungry "limits = { memory = '64M' }, steps = { { 'src/tool', 'memory' } },"
recipe fat "limits = { output = '1M' }, steps = { { 'src/tool', 'fill', out 'x' } },"
recipe chatty "limits = { log = '100K' }, steps = { { 'src/tool', 'talk' } },"
recipe mentions "inputs = { 'one' }, steps = { $write '/opt/boot-hurd/one-1/file' } },"
recipe through "inputs = { 'mentions' }, steps = { { 'src/tool', 'cat', out 'file', '/opt/boot-hurd/one-1/file' } },"

content() {
	[ "$(cat "$(bh store path "$1")/file")" = "$2" ]
}
ok "a build" bh build two
ok "its output" content two one
ok "built again: nothing to do" sh -c "! '$BH' build two --recipes '$T/recipes' 2>&1 | grep -q building"
bh build look >/dev/null 2>&1
ok "what a build sees is fixed" content look "localhost 6.1.0 i686
uid 1000 gid 1000 umask 022
cpus $(($(nproc) > 1 ? 2 : 1))
stack 1"
ok "objects cannot be written" sh -c "! find '$T/state/objects' -type f -perm /222 | grep -q ."

ok "a failing step" fails 1 "step 2 of 2: src/tool fail 7: exited with status 7" bh build fail
ok "its last lines are shown" fails 1 "this step fails on purpose" bh build fail
ok "its log is kept" fails 0 "this step fails on purpose" bh log fail
ok "what needs it is not tried" fails 1 "not tried: above-fail" bh build above-fail
ok "--keep-failed names the folder" fails 1 "boot-hurd shell --kept" bh build --keep-failed fail
kept=$(bh build --keep-failed fail 2>&1 | sed -n 's/.*--kept \(.*\) fail$/\1/p')
ok "the kept folder can be entered" fails 0 "" "$BH" shell --recipes "$T/recipes" --kept "$kept" fail -- src/tool write /build/trace x
ok "… it is the kept one" [ -f "$kept/build/trace" ]
ok "a folder that is none" fails 1 "does not hold a kept build" "$BH" shell --recipes "$T/recipes" --kept "$T" fail -- src/tool true
ok "a fresh sandbox can be entered" "$BH" shell --recipes "$T/recipes" fail -- src/tool true
ok "… without a sh among its inputs: said, with what can be done" fails 1 "none of its inputs has a bin/sh" bh shell fail
ok "… its exit status comes through" fails 7 "" "$BH" shell --recipes "$T/recipes" fail -- src/tool fail 7

# What a shell is told: the steps of the build, as functions. The sh is the tool, which prints that; ours runs it.
recipe sh "dirs = { 'bin' }, steps = { { 'src/tool', 'install', out 'bin/sh', 'src/tool' } },"
recipe with-sh "inputs = { 'sh' }, steps = { { 'src/tool', 'say', \"it's\", stdout = 'said' }, { 'src/tool', 'write', out 'x', '1' }, { 'src/tool', 'fail', '7' } },"
bh shell with-sh >"$T/start" 2>"$T/start.err"
mkdir -p "$T/shell/out" "$T/shell/src"
cp "$T/src/tool" "$T/shell/src/tool"
sed -i "s,/build,$T/shell,g; s,/opt/boot-hurd/with-sh,$T/shell/out,g" "$T/start"
told() { # STATUS TEXT COMMAND: of a shell that has read it
	fails "$1" "$2" sh -c ". '$T/start'; $3"
}
ok "a shell says what it is for" told 0 "The build of with-sh. steps lists its 3 steps" :
ok "… lists the steps" told 0 "   3  src/tool fail 7" steps
ok "… runs one" told 0 "" "run 1"
ok "… into its file" grep -qx "it's" "$T/shell/said"
ok "… its status comes through" told 7 "fails on purpose" "run 3"
ok "… runs all of them, until one fails" told 7 "fails on purpose" "run all"
ok "… which went on from the first" [ -f "$T/shell/out/x" ]
ok "… no others" told 2 "there are steps 1 to 3, and all" "run 4"
ok "--print-logs" fails 1 "this step fails on purpose" bh build --print-logs fail
ok "no output" fails 1 "wrote nothing" bh build nothing
ok "reaching for the network goes nowhere" bh build socket
ok "… and is told in the log" fails 0 "tool tried to reach 192.0.2.1 port 9: a build has no network" bh log socket
ok "strict_network ends such a build" fails 1 "reached for the network (tool tried to reach 192.0.2.1 port 9)" bh build strict
ok "… and no other" bh build local
ok "strict_network enters the derivation" sh -c "'$BH' show --json --recipes '$T/recipes' local | grep -q '\"strict_network\": *true'"
ok "… only where it is set" sh -c "! '$BH' show --json --recipes '$T/recipes' socket | grep -q strict_network"
ok "a process left behind" fails 1 "left a process running" bh build daemon
ok "a program that is not there" fails 1 "could not be started: No such file" bh build absent
ok "writing to an input" fails 1 "exited with status" bh build input
ok "writing elsewhere" fails 1 "exited with status" bh build outside
ok "too slow" fails 1 "time limit" bh build slow
ok "too silent" fails 1 "silence limit" bh build silent
ok "too many processes" fails 1 "processes" bh build forks
ok "too much memory" fails 1 "memory" bh build hungry
ok "too much output" fails 1 "more output than its limit" bh build fat
mkdir "$T/small"
full_disk() {
	unshare -Urm sh -c "mount -t tmpfs -o size=64m small '$T/small' && '$BH' build --no-daemon --recipes '$T/recipes' --state '$T/small' $1"
}
ok "… the disk is full before it is measured" fails 1 "more output than its limit" full_disk fat
ok "too long a log" fails 1 "longer log" bh build chatty
ok "a cap of the user" fails 1 "time limit" bh build --max-time 1s slow
ok "--keep-going builds the rest" fails 1 "built mentions" bh build -k fail mentions
ok "what an output mentions comes along" bh build through
ok "through a runtime input" content through one

# Early cut-off: a changed recipe that gives the same bits rebuilds nothing above it.
recipe one "version = '1', env = { UNUSED = 'changed' }, steps = { $write 'one' } },"
ok "early cut-off" fails 0 "same action as before, nothing to build: two" bh build two
recipe one "version = '1', steps = { $write 'other' } },"
ok "other bits: rebuilt" fails 0 "built two" bh build two

ok "dry run" fails 0 "0 to build" bh build --dry-run two
ok "why" fails 0 "needs one-1" bh why two one
ok "graph" fails 0 "two: one-1" bh graph two
ok "graph as dot" fails 0 '"one-1" -> "two"' bh graph --format dot two
ok "graph as JSON" sh -c "'$BH' graph --format json two --recipes '$T/recipes' | jq -e '.nodes | length == 2'"
ok "show as JSON is canonical" sh -c "[ \"\$('$BH' show --json two --recipes '$T/recipes' | tr -d '\n' | sha256sum | cut -c1-64)\" = \"\$('$BH' show two --recipes '$T/recipes' | sed -n 's/^derivation: //p')\" ]"
ok "unknown target" fails 1 "nonesuch" bh build nonesuch
ok "unknown option" fails 1 "--frobnicate" bh build --frobnicate two
ok "unknown command" fails 1 "no command" "$BH" frobnicate
ok "--verify is verify" fails 0 "1 reproduced" "$BH" --verify one --recipes "$T/recipes"
ok "help" fails 0 "Usage: boot-hurd build" "$BH" build --help
ok "version" fails 0 "boot-hurd " "$BH" --version

# Interrupted: running builds end, a second signal kills them; nothing is half-registered; nobody has
# to wait for another process's lock.
recipe short "steps = { $write 'x' }, { 'src/tool', 'sleep', '1000', out 'y' } },"
recipe above-short "inputs = { 'short' }, steps = { $write 'x' } },"
recipe long "steps = { $write 'x' }, { 'src/tool', 'sleep', '60000', out 'y' } },"
interrupted() {
	fails 130 "$3" tests/integration/interrupt.py "$1" "building $2" "$BH" build --recipes "$T/recipes" "$4"
}
ok "^C says what it does" interrupted 1 short "once more kills them" above-short
ok "… the running build was finished, nothing more" sh -c "'$BH' store path short --recipes '$T/recipes' && ! '$BH' store path above-short --recipes '$T/recipes'"
ok "^C twice kills" interrupted 2 long soon long
ok "nothing was registered" fails 1 "not been built" bh store path long
ok "no process is left" sh -c "! pgrep -f 'src/tool slee[p] 60000' >&2"
locked() {
	"$BH" build long --recipes "$T/recipes" >"$T/first.log" 2>&1 &
	_first=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q "building long" "$T/first.log" && break
		sleep 0.1
	done
	fails 130 soon tests/integration/interrupt.py 1 "$1" "$BH" build long --recipes "$T/recipes"
	_status=$?
	kill -TERM $_first && sleep 0.2 && kill -TERM $_first
	wait $_first
	[ $? -eq 130 ] && return $_status
}
ok "^C while another process builds it" locked "wait"
ok "the store is sound after it" fails 0 "0 problems" bh store check

mkdir "$T/broken" && cp -R "$T/recipes/10-stage0" "$T/broken" && rm "$T/broken/10-stage0/"*
cat >"$T/broken/10-stage0/unknown.lua" <<'EOF'
return recipe { name = "unknown", bogus = 1 }
EOF
cat >"$T/broken/10-stage0/cut.lua" <<'EOF'
return recipe { name = "cut",
EOF
cat >"$T/broken/10-stage0/user.lua" <<'EOF'
return recipe { name = "user", summary = "test", license = "none", inputs = { "unknown" }, steps = { { "x" } } }
EOF
lint() {
	fails 1 "$1" "$BH" lint --recipes "$T/broken"
}
ok "lint: a broken recipe" lint "recipe 'unknown': unknown field 'bogus'"
ok "lint: the next one" lint "cut.lua:2:"
ok "lint: one that needs it" lint "user.lua: needs a recipe that is broken"
ok "lint: the count" lint "0 recipes, 3 broken files"

mkdir "$T/changed" && cp "$T/src/tool" "$T/changed" && echo x >"$T/changed/more"
ok "--override-source" bh build --override-source "two:src=$T/changed" two
bh key generate me >/dev/null
ok "… is not attestable" fails 1 "was built with an overridden source" bh attest --key me --override-source "two:src=$T/changed" two
recipe local-only "steps = { { 'src/tool', 'install', out 'file', 'src/more' } },"
bh build --override-source "local-only:src=$T/changed" local-only >/dev/null 2>&1
ok "… its output is found by those who say the same" bh store path --override-source "local-only:src=$T/changed" local-only
ok "… by nobody else" fails 1 "has not been built" bh store path local-only
ok "… of no recipe that is asked for" fails 1 "no recipe of these targets has a source 'three'" bh show --override-source "three=$T/changed" two
ok "export to a folder" bh export --folder "$T/out" two
ok "… the same tree" sh -c "[ \"\$('$BH' store hash '$T/out/two' | cut -c1-64)\" = \"\$('$BH' store hash \"\$('$BH' store path two --recipes '$T/recipes')\" | cut -c1-64)\" ]"
ok "… with provenance" jq -e '.predicateType == "https://slsa.dev/provenance/v1"' "$T/out/two.provenance.json"
ok "export as an archive" bh export -o "$T/two.tar.zst" two
ok "… over the same file again" bh export -o "$T/two.tar.zst" two
ok "… which tar reads" sh -c "tar -tf '$T/two.tar.zst' | grep -qx two/file"

mkfifo "$T/pipe.tar.zst"
ln -s "$T/two.tar.zst" "$T/link.tar.zst"
ok "export: a pipe is not replaced" fails 1 "is not a regular file" bh export -o "$T/pipe.tar.zst" two
ok "export: nor is a link" fails 1 "is not a regular file" bh export -o "$T/link.tar.zst" two
ok "… both are there still, nothing beside them" sh -c "[ -p '$T/pipe.tar.zst' ] && [ -L '$T/link.tar.zst' ] && [ \$(ls -d '$T'/pipe* '$T'/link* | wc -l) = 2 ]"

# Output that nobody takes: an error, and never into a file that happens to have the descriptor.
full() {
	"$@" >/dev/full
}
closed() {
	"$@" >&-
}
for c in "show two" "graph two" "store check" "lint two" "--help" "build --help" "--version"; do
	case $c in --*) where= ;; *) where="--recipes $T/recipes" ;; esac
	# shellcheck disable=SC2086
	ok "$c: standard output is full" fails 1 "cannot write to standard output: No space" full "$BH" $c $where
	# shellcheck disable=SC2086
	ok "$c: standard output is closed" fails 1 "cannot write to standard output" closed "$BH" $c $where
done
ok "no file of the state took the words" sh -c "! grep -rlE '^(name: two|0 problems found)' '$T/state'"
# What a daemon builds is told by another call, in its own words: it ends when it cannot tell.
told="cannot write to standard output"
[ -n "${THROUGH_DAEMON:-}" ] && told="cannot write the output"
ok "build: standard output is full" fails 1 "$told" full "$BH" build two --recipes "$T/recipes"
ok "build: standard output is closed" fails 1 "$told" closed "$BH" build two --recipes "$T/recipes"
nothing_open() {
	"$BH" build above-short --recipes "$T/recipes" <&- >&- 2>&-
	[ $? -eq 1 ] && "$BH" store path above-short --recipes "$T/recipes"
}
[ -n "${THROUGH_DAEMON:-}" ] || ok "nothing is open: what cannot be told is done" nothing_open
mkdir -p "$T/none/10-stage0"
ok "verify: no recipes are not 100 percent" fails 1 "there are no recipes" "$BH" verify --recipes "$T/none"
path=$(bh store path two)
chmod -R u+w "$path"
rm -r "$path"
ok "an output is gone from the disk" fails 1 "the output of two is gone from the store: $path" bh build two
ok "… repaired" bh store repair
ok "… it is there again" [ -f "$path/file" ]
ok "the store is sound" fails 0 "0 problems" bh store check
# A plain chroot: namespaces are refused, and both the build and doctor say that it is one.
chrooted() { # COMMAND…: in a folder that is no mount itself, with the folders of this machine in it
	mkdir -p "$T/jail"
	env BUILD="$BUILD" unshare -Urm sh -ec '
		T=$1 R=$1/jail
		shift
		for d in bin lib lib32 lib64 libx32 sbin usr etc dev proc; do
			if [ -L "/$d" ]; then
				cp -P "/$d" "$R/"
			elif [ -d "/$d" ]; then
				mkdir -p "$R/$d"
				mount --rbind "/$d" "$R/$d"
			fi
		done
		mkdir -p "$R$BUILD" "$R$T/recipes" "$R$T/src" "$R$T/state" "$R/tmp"
		mount --bind "$BUILD" "$R$BUILD"
		mount --bind "$T/recipes" "$R$T/recipes"
		mount --bind "$T/src" "$R$T/src"
		exec chroot "$R" "$@"
	' sh "$T" "$@"
}
recipe plain "steps = { { 'src/tool', 'write', out 'file', 'x' } },"
ok "a build in a plain chroot fails with that cause, not another" fails 1 "this is a chroot, where the kernel allows none; pivot_root" \
	chrooted "$BH" build --no-daemon plain --recipes "$T/recipes"
ok "… as doctor says it" fails 1 "this is a chroot, where the kernel allows none" chrooted "$BH" doctor --no-daemon
done_testing
