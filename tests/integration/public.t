#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What boot-hurdd publishes over HTTP: ranges, conditions, limits, nothing outside, stock curl.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
BHD=$BUILD/bin/boot-hurdd
# hostile clients are where a sanitizer sees most
[ -x "$BUILD/san/bin/boot-hurdd" ] && BHD=$BUILD/san/bin/boot-hurdd
P=$T/pub
mkdir -p "$P/nar" "$P/index" "$P/attestations/ab"
printf 'StoreDir: /nix/store\nWantMassQuery: 1\n' >"$P/nix-cache-info"
head -c 20000000 /dev/urandom >"$P/nar/large.nar.zst"
head -c 1000 /dev/urandom >"$P/nar/small.nar.zst"
: >"$P/nar/empty.nar.zst"
echo "index" >"$P/index/a+b=key:1"
echo "{}" >"$P/attestations/ab/key.json"
echo "secret" >"$T/secret"
echo "half" >"$P/.unfinished"
ln -s ../secret "$P/link"
ln -s .. "$P/up"
mkfifo "$P/fifo"
port=$(free_port)
port2=$(free_port)
config() {
	cat >"$T/config.json" <<EOF
{ "daemon": { "state": "$T/served", "control": { "socket": "$T/control" },
  "public": { "listen": [ $1 ], "folder": "$P", "pages": false, "per_client": 8, "timeout": "3s", "rate_min": "5M" } } }
EOF
}
config "\"127.0.0.1:$port\""
"$BHD" --config "$T/config.json" >/dev/null 2>"$T/log" &
pid=$!
trap 'kill -9 $pid 2>/dev/null; chmod -R u+w "$T"; rm -rf "$T"' EXIT
U=http://127.0.0.1:$port
for _ in $(seq 100); do
	curl -s "$U/" >/dev/null && break
	sleep 0.1
done
# code WANTED CURL-ARGUMENT…
code() {
	_wanted=$1
	shift
	rm -f "$T/body"
	_got=$(curl -s --max-time 20 -o "$T/body" -D "$T/head" -w '%{http_code}' "$@")
	cat "$T/head"
	[ "$_got" = "$_wanted" ]
}
header() {
	grep -i "^$1: $2" "$T/head"
}
same() {
	[ -s "$1" ] || : >>"$T/body"
	cmp "$T/body" "$1"
}

ok "a file" code 200 "$U/nix-cache-info"
ok "… its bytes" same "$P/nix-cache-info"
ok "… its type" header content-type text/x-nix-cache-info
ok "… to be asked for again" header cache-control no-cache
ok "a large file" code 200 "$U/nar/large.nar.zst"
ok "… its bytes" same "$P/nar/large.nar.zst"
ok "… not to be asked for again" header cache-control '.*immutable'
ok "… not compressed again" sh -c "! grep -i ^content-encoding '$T/head'"
ok "compression is not for sale" sh -c "curl -s -H 'Accept-Encoding: gzip, zstd' '$U/nar/small.nar.zst' | cmp - '$P/nar/small.nar.zst'"
ok "an empty file" code 200 "$U/nar/empty.nar.zst"
ok "… its bytes" same "$P/nar/empty.nar.zst"
ok "a name with signs" code 200 "$U/index/a+b=key:1"
ok "… escaped" code 200 "$U/index/a%2Bb%3Dkey%3A1"
ok "a query is ignored" code 200 "$U/nix-cache-info?x=y"
ok "HEAD" code 200 -I "$U/nar/large.nar.zst"
ok "… its length" header content-length 20000000
ok "many requests on one connection" sh -c "curl -s -o /dev/null -w '%{num_connects}\n' $U/nix-cache-info -o /dev/null $U/nar/small.nar.zst -o /dev/null $U/nix-cache-info | tr -d '\n' | grep -qx 100"
ok "HTTP/1.0" sh -c "curl -s -0 '$U/nix-cache-info' | cmp - '$P/nix-cache-info'"

# ranges
part() {
	dd if="$P/nar/large.nar.zst" bs=1 skip="$1" count="$2" 2>/dev/null | cmp - "$T/body"
}
ok "a range" code 206 -r 100-199 "$U/nar/large.nar.zst"
ok "… its bytes" part 100 100
ok "… it says which" header content-range 'bytes 100-199/20000000'
ok "the last bytes" code 206 -r -100 "$U/nar/large.nar.zst"
ok "… its bytes" part 19999900 100
ok "from a place on" code 206 -r 19999990- "$U/nar/large.nar.zst"
ok "… its bytes" part 19999990 10
ok "beyond the end is cut" code 206 -r 19999990-99999999 "$U/nar/large.nar.zst"
ok "… its bytes" part 19999990 10
ok "outside" code 416 -r 20000000- "$U/nar/large.nar.zst"
ok "… says the size" header content-range 'bytes \*/20000000'
ok "of an empty file" code 416 -r 0- "$U/nar/empty.nar.zst"
ok "two ranges: all of it" code 200 -r 0-1,5-6 "$U/nar/small.nar.zst"
ok "nonsense: all of it" code 200 -H 'Range: bytes=9-3' "$U/nar/small.nar.zst"
ok "other nonsense" code 200 -H 'Range: bytes=99999999999999999999999-' "$U/nar/small.nar.zst"
ok "a download goes on" sh -c "head -c 5000000 '$P/nar/large.nar.zst' >'$T/part'; curl -s -C - -o '$T/part' '$U/nar/large.nar.zst' && cmp '$T/part' '$P/nar/large.nar.zst'"

# conditions
code 200 "$U/nix-cache-info" >/dev/null
tag=$(sed -n 's/^ETag: //p' "$T/head" | tr -d '\r')
date=$(sed -n 's/^Last-Modified: //p' "$T/head" | tr -d '\r')
ok "a strong tag" sh -c "echo '$tag' | grep -q '^\"'"
ok "known by its tag" code 304 -H "If-None-Match: $tag" "$U/nix-cache-info"
ok "… no body" [ ! -s "$T/body" ]
ok "known by one of many" code 304 -H "If-None-Match: \"x\", W/$tag" "$U/nix-cache-info"
ok "known by any" code 304 -H 'If-None-Match: *' "$U/nix-cache-info"
ok "not known" code 200 -H 'If-None-Match: "x"' "$U/nix-cache-info"
ok "known by its date" code 304 -H "If-Modified-Since: $date" "$U/nix-cache-info"
ok "too old a date" code 200 -H 'If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT' "$U/nix-cache-info"
ok "a range of what it was" code 206 -r 0-4 -H "If-Range: $tag" "$U/nix-cache-info"
ok "a range of something else" code 200 -r 0-4 -H 'If-Range: "x"' "$U/nix-cache-info"
printf 'StoreDir: /nix/store\nWantMassQuery: 0\n' >"$P/new" && mv "$P/new" "$P/nix-cache-info"
ok "replaced: another tag" code 200 -H "If-None-Match: $tag" "$U/nix-cache-info"

# nothing outside, nothing that is not a file
raw() {
	python3 tests/integration/clients.py raw "$port" "$@"
}
for path in / /nar /nar/ /index /.unfinished /nar/../.unfinished /link /up/secret /fifo /nix-cache-info/ \
	//nix-cache-info /./nix-cache-info /none /nar/none; do
	ok "not there: $path" code 404 --path-as-is "$U$path"
done
for path in /../secret /nar/../../secret /%2e%2e/secret /nar/%2e%2e/%2e%2e/secret /..%5csecret; do
	ok "not outside: $path" code 404 --path-as-is "$U$path"
done
ok "an escaped slash" code 400 --path-as-is "$U/..%2fsecret"
ok "an escaped NUL" code 400 "$U/nix-cache-info%00.html"
ok "a broken escape" code 400 "$U/nix-cache-info%4"
ok "an absolute URI" raw 'GET http://x/nix-cache-info HTTP/1.1\r\nHost: x\r\n\r\n' 400
ok "a name without a slash" raw 'GET nix-cache-info HTTP/1.1\r\nHost: x\r\n\r\n' 400
ok "no HTTP" raw 'hello\r\n\r\n' '400|none'
ok "no host" raw 'GET /nix-cache-info HTTP/1.1\r\n\r\n' 400
for method in POST PUT DELETE OPTIONS PATCH TRACE; do
	ok "$method is refused" code 405 -X $method "$U/nix-cache-info"
done
ok "… it says what is allowed" header allow 'GET, HEAD'
ok "a body is not read" code 413 -X POST -d 'some bytes' "$U/nix-cache-info"
ok "a header that is too long" sh -c "
	h=\$(head -c 100000 /dev/zero | tr '\\0' x); [ \$(curl -s -o /dev/null -w '%{http_code}' -H \"X: \$h\" '$U/nix-cache-info') -ge 400 ]"
ok "a path that is too long" sh -c "
	h=\$(head -c 60000 /dev/zero | tr '\\0' x); [ \$(curl -s -o /dev/null -w '%{http_code}' \"$U/\$h\") -ge 400 ]"

# limits
client() {
	python3 tests/integration/clients.py "$@"
}
ok "too many connections of one client" client many "$port" 8
ok "a connection that says nothing" client idle "$port" 10
ok "a client that takes nothing" client stall "$port" 8 /nar/large.nar.zst 20000000
client slow-request "$port" 20 >"$T/slow-request" 2>&1 &
a=$!
client slow-reader "$port" 12 /nar/large.nar.zst 20000000 >"$T/slow-reader" 2>&1 &
b=$!
ok "others are served meanwhile" code 200 "$U/nar/large.nar.zst"
wait $a
ok "a request that never ends" fails $? "" cat "$T/slow-request"
wait $b
ok "a reader that is too slow" fails $? "" cat "$T/slow-reader"
ok "nothing is left open" sh -c "sleep 1; curl -s --unix-socket '$T/control' http://x/1/status | jq -e '.public.connections == 0'"

# a stock Nix client
nix_copy() {
	mkdir -p "$T/nix/etc" "$T/nix/tree/sub"
	echo "hello" >"$T/nix/tree/sub/file"
	printf 'experimental-features = nix-command\nbuild-users-group =\nsubstituters =\n' >"$T/nix/etc/nix.conf"
	export NIX_CONF_DIR="$T/nix/etc" NIX_REMOTE="" HOME="$T/nix"
	path=$(nix store add-path "$T/nix/tree" --store "local?root=$T/nix/a") &&
		nix copy --from "local?root=$T/nix/a" --to "file://$T/nix/cache?compression=zstd" "$path" &&
		cp -R "$T/nix/cache/." "$P" &&
		nix copy --from "$U" --to "local?root=$T/nix/b" "$path" &&
		[ "$(cat "$T/nix/b$path/sub/file")" = hello ]
}
if command -v nix >/dev/null; then
	ok "nix copy from it" nix_copy
fi

# reload
config "\"127.0.0.1:$port\", \"127.0.0.1:$port2\""
kill -HUP $pid
ok "a new address after SIGHUP" sh -c "sleep 1; curl -s 'http://127.0.0.1:$port2/nix-cache-info' | cmp - '$P/nix-cache-info'"
ok "… the old one stays" code 200 "$U/nix-cache-info"
config "\"127.0.0.1:$port\", \"192.0.2.1:1\""
kill -HUP $pid
ok "an address that cannot be had" sh -c "sleep 1; grep -q 'cannot listen on 192.0.2.1:1' '$T/log'"
ok "… all goes on" sh -c "curl -s 'http://127.0.0.1:$port2/nix-cache-info' | cmp - '$P/nix-cache-info'"
curl -s --limit-rate 4M -o "$T/last" "$U/nar/large.nar.zst" &
a=$!
sleep 0.5
kill $pid
wait $a
ok "a download ends before the daemon does" cmp "$T/last" "$P/nar/large.nar.zst"
wait $pid
ok "… which ends well" [ $? = 0 ]
done_testing
