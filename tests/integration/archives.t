#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sources that outlive their servers: archives that look files up by their hash (imitations of Software
# Heritage's, Guix's and Nix's, on loopback), servers that are busy, downloads that are cut short.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
need_tool
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export no_proxy='*'
yes hello | head -c 100000 >"$T/hello-1.0.txt"
sum=$(sha256sum <"$T/hello-1.0.txt" | cut -d' ' -f1)
python3 tests/integration/archives_server.py "$T/hello-1.0.txt" >"$T/port" 2>"$T/requests" &
server=$!
trap 'kill $server; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
while [ ! -s "$T/port" ] && kill -0 $server; do sleep 0.1; done
U=http://127.0.0.1:$(cat "$T/port")
export BOOT_HURD_CONFIG="$T/config.json"
archives() { # URL…
	_list=
	for _a in "$@"; do _list="$_list${_list:+, }\"$_a\""; done
	echo "{ \"archives\": [ $_list ] }" >"$BOOT_HURD_CONFIG"
}
source_() { # URI: a recipe whose source is there
	cat >"$T/recipes/10-stage0/src.lua" <<EOF2
return recipe { name = "src", summary = "x", license = "none",
	sources = { { tree "../../src", as = "src" }, { url "$1", as = "hello-1.0.txt", sha256 = "$sum" } },
	steps = { { "/build/src/tool", "cat", out "file", "hello-1.0.txt" } } }
EOF2
	rm -rf "$T/state/sources" "$T/state/pins"
	chmod -R u+w "$T/state" 2>/dev/null
	rm -rf "$T/state"
	: >"$T/requests"
}
fetch() { bh source fetch src; }
gone() { source_ "$U/gone/hello-1.0.txt"; }

gone
archives
ok "a server that is gone, and no archive" fails 1 "no place gave the file" fetch
gone
archives "$U/swh/api/1/content/sha256:{sha256}/raw/"
ok "Software Heritage's form" fetch
ok "… after the recipe's own server" sh -c "head -1 '$T/requests' | grep -q gone"
gone
archives "$U/guix/file/{name}/sha256/{nix32}"
ok "Guix's form" fetch
gone
archives "$U/nix/sha256/{sha256}"
ok "Nix's form" fetch
gone
archives "$U/liar/{sha256}" "$U/nix/sha256/{sha256}"
ok "one that lies is passed over" fetch
gone
archives "$U/liar/{sha256}"
ok "none but one that lies" fails 1 "has SHA-256" fetch
ok "… nothing is kept of it" [ ! -e "$T/state/sources/$sum" ]
gone
archives "file://$T/mirror/{sha256}"
mkdir -p "$T/mirror" && cp "$T/hello-1.0.txt" "$T/mirror/$sum"
ok "a folder, also without the network" bh source fetch --offline src

# a publication with its sources
gone
bh build src >/dev/null 2>&1
bh key generate me >/dev/null
key=$(cat "$T/state/keys/me.public")
nix=$(python3 -c 'import sys
d = int.from_bytes(bytes.fromhex(sys.argv[1]), "little")
print("".join("0123456789abcdfghijklmnpqrsvwxyz"[d >> 5 * i & 31] for i in reversed(range(52))))' "$sum")
ok "publish --sources" fails 0 "published 1 result" bh publish --sources "$T/pub" src
ok "… in the form of Guix's mirrors" cmp "$T/hello-1.0.txt" "$T/pub/file/hello-1.0.txt/sha256/$nix"
ok "… once" fails 0 " 0 files written" bh publish --sources "$T/pub" src
chmod u+w "$T/state/sources/$sum" && echo damaged >"$T/state/sources/$sum"
ok "… not what is damaged" fails 1 "does not have the hash" bh publish --sources "$T/pub2" src
ok "… nothing of it is there" sh -c "! find '$T/pub2' -type f | xargs grep -l damaged"
rm "$T/state/sources/$sum"
ok "… what is not in the store is counted" fails 0 "1 source is not in the store" bh publish --sources "$T/pub3" src
from_peer() { # LOCATION OPTION…
	gone
	echo "{ \"peers\": [ { \"name\": \"peer\", \"location\": \"$1\", \"keys\": [ \"$key\" ] } ] }" >"$BOOT_HURD_CONFIG"
	shift
	bh source fetch "$@" src && cmp "$T/hello-1.0.txt" "$T/state/sources/$sum"
}
ok "a peer's sources are found, in a folder" from_peer "$T/pub" --offline
python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$T/pub" >"$T/web" 2>"$T/web.log" &
web=$!
trap 'kill $server $web; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
for _ in $(seq 100); do grep -q port "$T/web" && break; sleep 0.1; done
ok "… and by HTTP, after the recipe's own server" from_peer "http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$T/web")/"
ok "… which was asked first" grep -q gone "$T/requests"

# where
archives
gone
archives "$U/swh/api/1/content/sha256:{sha256}/raw/" "$U/other/{sha256}"
ok "source check --where: who has it" fails 0 "has it   $U/swh" bh source check --where src
ok "… who has not" fails 0 "404      $U/other" bh source check --where src
ok "… nothing was fetched" [ ! -e "$T/state/sources/$sum" ]
archives
ok "… of what nobody has" fails 1 "sources are missing" bh source check --where src

# busy
for code in 429 503; do
	source_ "$U/busy$code"
	ok "$code: asked again when the server says" fetch
	ok "… until it answers" sh -c "grep -c busy$code '$T/requests' | grep -qx 3"
done
source_ "$U/always"
ok "a server that wants a day: given up" fails 1 "answered 429" fetch

# cut short
source_ "$U/cut"
ok "a download that is cut short" fails 1 "no place gave the file" fetch
ok "… is kept" sh -c "test \$(stat -c %s '$T/state/sources/$sum.part') = 50000"
ok "… and gone on with" fetch
ok "… from where it ended" grep -q "bytes=50000-" "$T/requests"

# what is wrong in the configuration
echo '{ "archives": [ "https://a.example/" ] }' >"$BOOT_HURD_CONFIG"
ok "an archive without a hash in it" fails 1 "a URL with {sha256} or {nix32} in it" bh quorum show
ok "… stops no build" fails 0 "warning: no archive is asked" bh source list src
done_testing
