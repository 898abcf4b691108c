#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetching objects by their hash, from places that may lie: nothing bad gets into the store, and each
# message names the place and the cause.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
P=$T/pub
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export no_proxy='*'

recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
bh build one >/dev/null 2>&1
bh key generate alice >/dev/null
bh publish -q "$P" >/dev/null
path=$(bh store path one)
object=$(basename "$path")
nar=$(basename "$P"/nar/*.nar.zst)
python3 tests/integration/hostile.py "$P" >"$T/port" &
server=$!
trap 'kill $server; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
while [ ! -s "$T/port" ] && kill -0 $server; do sleep 0.1; done
U=http://127.0.0.1:$(cat "$T/port")

# another store: it has nothing
export BOOT_HURD_STATE="$T/other"
"$BH" store check >/dev/null
clean() {
	[ -z "$(ls "$T/other/objects")" ] && [ -z "$(ls "$T/other/tmp")" ] && "$BH" store check
}
fetch() {
	"$BH" store fetch --stall 2s "$@" "$object"
}
bad() { # KIND TEXT
	ok "$1: refused" fails 1 "$2" fetch "$U/$1"
	ok "… the place is named" fails 1 "$U/$1" fetch "$U/$1"
}
bad wrong "it is another object"
bad truncated "ends too early"
bad short "transfer closed"
bad trailing "bytes behind the archive"
bad twice "bytes behind the archive"
bad behind "behind"
bad noise "not an archive"
bad text "not an archive"
bad empty "ends too early"
bad bomb "grows more than 2000 times"
bad window "not an archive"
bad dotdot "unsafe name"
bad slash "unsafe name"
bad through "order"
bad order "order"
bad missing "answered 404"
bad error "answered 500"
bad redirect-host "a redirect"
bad redirect-file "a redirect"
bad redirect-self "a redirect"
bad endless "bytes behind the archive"
ok "stall: refused" fails 1 "too slow" fetch "$U/stall"
ok "mute: refused" fails 1 "too slow" fetch "$U/mute"
ok "trickle: refused" fails 1 "slower than" fetch "$U/trickle"
ok "endless without content: refused" fails 1 "bytes behind" fetch "$U/endless-skip"
ok "longer than allowed" fails 1 "longer than the 100 bytes allowed" fetch --max-size 100 "$U/good"
ok "nobody there" fails 1 "127.0.0.1:9" fetch http://127.0.0.1:9
ok "no protocol of ours" fails 1 "neither" fetch "ftp://127.0.0.1/x"
ok "offline" fails 1 "" fetch --offline "$U/good"
ok "nothing was written outside" [ ! -e /tmp/boot-hurd-was-here ]
ok "the store is as it was" clean

# folders
mkdir -p "$T/f/nar" "$T/l/nar" "$T/p/nar" "$T/none"
head -c 50 "$P/nar/$nar" >"$T/f/nar/$nar"
ln -s "$P/nar/$nar" "$T/l/nar/$nar"
mkfifo "$T/p/nar/$nar"
ok "a cut file" fails 1 "ends too early" fetch "$T/f"
ok "a link" fails 1 "cannot read" fetch "$T/l"
ok "a pipe" fails 1 "not a file" fetch "$T/p"
ok "a folder without it" fails 1 "$T/none" fetch "$T/none"
ok "no folder" fails 1 "No such file" fetch "$T/nothing"
ok "the store is as it was" clean

# to a plain folder
ok "to a folder" fetch --folder "$T/tree" "$U/good"
ok "… it is the same" [ "$("$BH" store hash "$T/tree" | cut -c1-64)" = "$object" ]
ok "… what is there stays" fails 1 "is there already" fetch --folder "$T/tree" "$U/good"
ok "to a folder: wrong" fails 1 "another object" fetch --folder "$T/tree2" "$U/wrong"
ok "… nothing is left" [ ! -e "$T/tree2" ]
ok "the store is as it was" clean

ok "from a server" fetch "$U/good"
ok "… it is there" [ -d "$T/other/objects/$object" ]
ok "… the same" diff -r "$T/other/objects/$object" "$path"
ok "again: it is there" fetch "$U/missing"
ok "the store is whole" "$BH" store check
rm -rf "$T/third"
ok "from a folder" env BOOT_HURD_STATE="$T/third" "$BH" store fetch "$P" "$object"
ok "a content encoding is not undone" env BOOT_HURD_STATE="$T/fourth" "$BH" store fetch "$U/gzip" "$object"
done_testing
