# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# For integration tests: a scratch folder, TAP, and small recipes. Sourced, not run.
#
# BUILD is the build folder (absolute). After `plan_tests`, use `ok NAME COMMAND…`.

BUILD=${BUILD:-$PWD/build}
BH=${BH:-$BUILD/bin/boot-hurd}
PATH=$PWD/tests/bin:$PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/boot-hurd-test.XXXXXX")
trap 'chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
trap 'exit 1' INT TERM
export BOOT_HURD_STATE="$T/state"
export BOOT_HURD_DIFFOSCOPE="" # takes seconds for each difference: tests that look at its reports set it
unset XDG_DATA_HOME BOOT_HURD_SOCKET BOOT_HURD_CONFIG BOOT_HURD_RECIPES
# Where a daemon is looked for, and listens. With THROUGH_DAEMON set, one does the work.
export XDG_RUNTIME_DIR="$T/runtime"
CONTROL=$XDG_RUNTIME_DIR/boot-hurd/control
mkdir -p "$XDG_RUNTIME_DIR/boot-hurd"
if [ -n "${THROUGH_DAEMON:-}" ]; then
	"$BUILD/bin/boot-hurdd" --state "$BOOT_HURD_STATE" >/dev/null 2>"$T/daemon.log" &
	daemon=$!
	trap 'kill -9 $daemon; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
	while [ ! -S "$CONTROL" ] && kill -0 $daemon; do
		sleep 0.1
	done
fi
. tests/tap.sh

# fails STATUS TEXT COMMAND…: succeeds when COMMAND exits with STATUS and says TEXT.
fails() {
	_want=$1
	_text=$2
	shift 2
	_got=0
	_said=$("$@" 2>&1) || _got=$?
	echo "$_said"
	if [ $_got -ne "$_want" ]; then
		echo "exit status $_got, not $_want"
		return 1
	fi
	case $_said in
	*"$_text"*) ;;
	*)
		echo "does not say: $_text"
		return 1
		;;
	esac
}

# Prints the number of a TCP port on loopback that was free just now.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# For tests that start a daemon of their own, whose process is $pid and whose log is $T/log.
# await COMMAND…: until it succeeds, at most 20 s
await() {
	for _ in $(seq 200); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	echo "this did not come true: $*"
	tail -5 "$T/log"
	return 1
}
stop() {
	kill "$pid" 2>/dev/null
	wait "$pid"
}
# To be trapped at EXIT.
quit() {
	[ -n "${pid:-}" ] && kill -9 "$pid" 2>/dev/null
	chmod -R u+w "$T" 2>/dev/null
	rm -rf "$T"
}

# by_hand SCRIPT: carries out what `export --script` printed, in a root folder of its own, from the seed: no
# boot-hurd inside. Needs user namespaces.
by_hand() {
	mkdir -p "$T/root" "$T/state/sources"
	unshare -Urm sh -ec '
		T=$1 R=$1/root
		mount -t tmpfs tmpfs "$R"
		for d in bin lib lib32 lib64 libx32 sbin usr etc dev proc; do
			if [ -L "/$d" ]; then
				cp -P "/$d" "$R/"
			elif [ -d "/$d" ]; then
				mkdir "$R/$d"
				mount --rbind "/$d" "$R/$d"
			fi
		done
		mkdir "$R/tmp" "$R/repo" "$R/sources"
		mount --bind "$PWD" "$R/repo"
		mount --bind "$T/state/sources" "$R/sources"
		cp "$2" "$R/tmp/script"
		exec chroot "$R" env REPO=/repo SOURCES=/sources setarch i686 -R sh /tmp/script
	' sh "$T" "$1"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

done_testing() {
	echo "1..$n"
}

# Builds the static i386 helper program `tool`: what its first argument says, see tool.c.
need_tool() {
	unshare -Urm true 2>/dev/null || skip_all "user namespaces are not allowed here"
	mkdir -p "$T/recipes/10-stage0" "$T/src"
	gcc -m32 -static -O1 -o "$T/src/tool" tests/integration/tool.c ||
		skip_all "no static i386 programs can be made here"
}

# foreign_check ENVELOPE PUBLIC-KEY-FILE: whether the envelope is signed by that key, by nothing but openssl and jq:
# the public key as DER is a fixed head and the 32 bytes. $T/payload is what is signed.
foreign_check() {
	jq -rj .payload "$1" | base64 -d >"$T/payload"
	_type=$(jq -rj .payloadType "$1")
	printf 'DSSEv1 %s %s %s ' "${#_type}" "$_type" "$(wc -c <"$T/payload")" >"$T/pae"
	cat "$T/payload" >>"$T/pae"
	jq -rj '.signatures[0].sig' "$1" | base64 -d >"$T/sig"
	{
		printf '\060\052\060\005\006\003\053\145\160\003\041\000'
		cut -d: -f2 "$2" | base64 -d
	} >"$T/key.der"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$T/key.der" -rawin -in "$T/pae" -sigfile "$T/sig"
}

# foreign_ok WHAT ENVELOPE PUBLIC-KEY-FILE: the same by two verifiers that others wrote, which refuse one that is changed.
foreign_ok() {
	sed 's/"payload":"eyJ/"payload":"eyK/' "$2" >"$T/other-envelope"
	if /usr/bin/python3 -c 'import securesystemslib.signer' 2>/dev/null; then
		ok "$1: securesystemslib agrees" /usr/bin/python3 tests/integration/dsse.py "$2" "$3"
		ok "… and refuses another text" fails 1 securesystemslib /usr/bin/python3 tests/integration/dsse.py "$T/other-envelope" "$3"
	else
		n=$((n + 1))
		echo "ok $n - $1: securesystemslib agrees # SKIP python3-securesystemslib is not installed"
	fi
	if command -v node >/dev/null && [ -d "$BUILD/npm/node_modules/@sigstore/core" ]; then
		ok "$1: sigstore's verifier agrees" node tests/integration/dsse.js "$BUILD/npm" "$2" "$3"
		ok "… and refuses another text" fails 1 sigstore node tests/integration/dsse.js "$BUILD/npm" "$T/other-envelope" "$3"
	else
		n=$((n + 1))
		echo "ok $n - $1: sigstore's verifier agrees # SKIP @sigstore/core of npm is not installed"
	fi
}

# recipe NAME LUA-BODY: a recipe with the tool at /build/src/tool.
recipe() {
	cat >"$T/recipes/10-stage0/$1.lua" <<EOF
return recipe {
	name = "$1", summary = "test", license = "none",
	sources = { { tree "../../src", as = "src" } },
	$2
}
EOF
}

bh() {
	"$BH" "$@" --recipes "$T/recipes"
}
