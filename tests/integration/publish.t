#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Publications: what is in them, that they grow by what is new only, that a SIGKILL leaves a valid
# one, and that a stock Nix client copies from them.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
P=$T/pub

recipe one "steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'two' } },"
recipe fail "steps = { { 'src/tool', 'fail', '3' } },"
recipe never "steps = { { 'src/tool', 'write', out 'file', 'never' } },"
bh build one >/dev/null 2>&1
bh build fail >/dev/null 2>&1
everything() { # of a publication: paths, contents, times
	(cd "$P" && find . -type f ! -name .lock -exec sha256sum {} + -exec stat -c '%n %i %Y %Z' {} + | sort)
}
files() {
	(cd "$P" && find . -type f ! -name '.*' | sort)
}

ok "no key" fails 1 "boot-hurd key generate" bh publish "$P" one
bh key generate alice >/dev/null
ok "publish" fails 0 "published 2 results" bh publish "$P"
id=$(bh key list | cut -d' ' -f1)
case $id in alice:*) id=$(cut -d: -f2 "$T/state/keys/alice.public" | base64 -d | sha256sum | cut -c1-64) ;; esac
ok "it names the key" sh -c "printf 'boot-hurd publication 1\n%s\n' $id | cmp - '$P/boot-hurd-publication'"
ok "nothing is left aside" [ ! -e "$P/.new" ]
object=$(bh store hash "$(bh store path one)" | cut -c1-64)
ok "an index line tells the object" grep -q "^[0-9a-f]* $object [0-9a-f]* - one\$" "$P/index/$id"
ok "… and of a failure" grep -q "^[0-9a-f]* - [0-9a-f]* - fail\$" "$P/index/$id"
ok "the compressed index is the same" sh -c "zstd -dqc '$P/index/$id.zst' | cmp - '$P/index/$id'"
ok "the archive is named by the object" sh -c "[ \"\$(zstd -dqc '$P/nar/'*.nar.zst | sha256sum | cut -c1-64)\" = $object ]"
ok "the attestations are good" sh -c "'$BH' attest --check '$P'/attestations/*/$id.json"
ok "there are two" [ "$(find "$P/attestations" -name '*.json' | wc -l)" = 2 ]

serial() {
	sed -n 's/^serial //p' "$P/index/$id"
}
before=$(serial)
everything >"$T/before"
sleep 1
ok "again: nothing is written" fails 0 " 0 files written" bh publish "$P"
everything >"$T/after"
ok "… nothing at all" cmp "$T/before" "$T/after"

bh build two >/dev/null 2>&1
ok "with one more result" fails 0 "published 3 results" bh publish "$P"
everything | grep -v "index/" >"$T/after"
ok "… the old files stay" sh -c "grep -v index/ '$T/before' | grep -vxF -f '$T/after'; ! grep -v index/ '$T/before' | grep -vxqF -f '$T/after'"
ok "… the index has grown" grep -q " two\$" "$P/index/$id"
ok "… and so has its serial" [ "$(serial)" -gt "$before" ]
cp "$P/index/$id" "$T/index"
ok "a target alone" fails 0 "published 1 result," bh publish "$P" one
ok "… changes nothing" cmp "$T/index" "$P/index/$id"
ok "one key beside another: which?" fails 1 "--key" sh -c "'$BH' key generate bob >/dev/null; '$BH' publish '$P' one --recipes '$T/recipes'"
ok "another key publishes here, too" bh publish --key bob "$P" one
ok "… both are named" [ "$(wc -l <"$P/boot-hurd-publication")" = 3 ]
ok "… the first one's index stays" cmp "$T/index" "$P/index/$id"
ok "the first one signs again" bh publish --key alice "$P"
ok "a folder that holds something else" fails 1 "not a publication" bh publish --key alice "$T/recipes"
ok "two writers" fails 1 "another process is publishing" flock "$P/.lock" "$BH" publish --key alice "$P" --recipes "$T/recipes"

# The last serial belongs to the key: not to the folder, nor to the clock.
serial_in() {
	sed -n 's/^serial //p' "$1/index/$id"
}
bh publish --key alice "$T/first" one >/dev/null
bh publish --key alice "$T/second" two >/dev/null
ok "two folders in one second have two serials" [ "$(serial_in "$T/second")" -gt "$(serial_in "$T/first")" ]
echo 4102444800 >"$T/state/serials/$id" # as published in 2100; then the clock was set right
bh publish --key alice "$T/third" one >/dev/null
ok "a clock set right again does not set it back" [ "$(serial_in "$T/third")" = 4102444801 ]
echo x >"$T/state/serials/$id"
ok "a serial that cannot be read is an error" fails 1 "is not the serial of a key" bh publish --key alice "$T/fourth" one
rm "$T/state/serials/$id"
bh publish --key alice "$T/third" two >/dev/null
ok "a lost one goes on above what the folder has" [ "$(serial_in "$T/third")" = 4102444802 ]
rm "$T/state/serials/$id"
sed 's/^time ./time 0/' "$T/third/index/$id" >"$T/third/broken" && mv "$T/third/broken" "$T/third/index/$id"
ok "an index that cannot be read is not replaced" fails 1 "index/$id of the publication: its signature is false" bh publish --key alice "$T/third" one

# commit, then reveal
Q=$T/committed
ok "commit" fails 0 "committed to 3 results" bh publish --key alice --commit "$Q"
ok "… tells no object" sh -c "! grep -rq $object '$Q'"
ok "… and has no archive" [ ! -e "$Q/nar" ]
ok "… the salts are guarded" [ "$(stat -c %a "$T/state/salts/$id")" = 600 ]
cp "$Q/commitments/$id" "$T/commitments"
ok "commit again" bh publish --key alice --commit "$Q"
ok "… the same" cmp "$T/commitments" "$Q/commitments/$id"
ok "reveal" bh publish --key alice "$Q"
revealed() { # with nothing but standard tools
	line=$(grep ' one$' "$Q/index/$id")
	# shellcheck disable=SC2086
	set -- $line
	[ "$4" != - ] &&
		c=$(printf 'boot-hurd commitment 1\n%s\n%s\n%s\n%s\n' "$id" "$1" "$2" "$4" | sha256sum | cut -c1-64) &&
		grep -qx "$1 $c" "$Q/commitments/$id"
}
ok "… by the salt of the commitment" revealed

# killed at any instant: what is there is whole, and the next run completes it
recipe big "steps = { { 'src/tool', 'write', out 'file', 'big' }, { 'src/tool', 'write', out 'more', 'big' } },"
bh build big >/dev/null 2>&1
valid() { # PUBLICATION
	for f in "$1"/*.narinfo; do
		[ -f "$f" ] || continue
		nar=$1/$(sed -n 's/^URL: //p' "$f")
		[ "$(stat -c %s "$nar")" = "$(sed -n 's/^FileSize: //p' "$f")" ] || return 1
		zstd -tq "$nar" || return 1
	done
	for f in "$1"/index/*; do
		[ -f "$f" ] || continue
		case $f in *.zst) zstd -tq "$f" || return 1; continue ;; esac
		tail -1 "$f" | grep -q '^signature ' || return 1
		for a in $(sed -n 's/^\([0-9a-f]\{64\}\) .*/\1/p' "$f"); do
			[ -s "$1/attestations/$a/${f##*/}.json" ] || return 1
		done
	done
}
# In the foreground, timeout outlives what it kills, so that nobody is at it any more.
killed() {
	for ms in 1 2 4 6 8 10 14 18 22 26 30 40 50 60 70 80; do
		rm -rf "$T/k"
		timeout --foreground -s KILL 0."$(printf %03d $ms)" "$BH" publish -q --key alice "$T/k" --recipes "$T/recipes" >/dev/null 2>&1
		if [ -e "$T/k" ]; then
			valid "$T/k" || { echo "not valid after $ms ms"; return 1; }
		fi
	done
	bh publish -q --key alice "$T/k" && valid "$T/k" && [ ! -e "$T/k/.new" ] &&
		[ "$(find "$T/k/nar" -type f | wc -l)" = 3 ]
}
ok "SIGKILL in the middle" killed

# a stock Nix client
if command -v nix >/dev/null; then
	mkdir -p "$T/nix/etc"
	printf 'experimental-features = nix-command\nbuild-users-group =\nsubstituters =\n' >"$T/nix/etc/nix.conf"
	export NIX_CONF_DIR="$T/nix/etc" NIX_REMOTE="" HOME="$T/nix" XDG_CACHE_HOME="$T/nix/cache"
	alice=$(cat "$T/state/keys/alice.public")
	bob=$(cat "$T/state/keys/bob.public")
	path=$(sed -n 's/^StorePath: \(.*-one\)$/\1/p' "$P"/*.narinfo)
	copy() { # FROM TO KEY
		nix copy --from "$1" --to "local?root=$T/nix/$2" --option trusted-public-keys "$3" "$path"
	}
	same() {
		[ "$(nix-store --dump "$T/nix/$1$path" | sha256sum | cut -c1-64)" = "$object" ]
	}
	ok "nix copies from the folder" copy "file://$P" a "$alice"
	ok "… the same object" same a
	ok "… its signature is known" nix store verify --store "local?root=$T/nix/a" --sigs-needed 1 --option trusted-public-keys "$alice" "$path"
	# Without the CA field nothing but the signature counts.
	mkdir "$T/signed" && cp -R "$P/." "$T/signed" && sed -i '/^CA:/d' "$T/signed/"*.narinfo
	ok "by the signature alone" copy "file://$T/signed" b "$alice"
	ok "… the same object" same b
	ok "with another key: refused" fails 1 "signature" copy "file://$T/signed" c "$bob"
	ok "… nothing came" [ ! -e "$T/nix/c$path" ]
	mkdir "$T/wrong" && cp -R "$P/." "$T/wrong"
	nar=$(sed -n 's/^URL: //p' "$P/$(basename "$path" | cut -c1-32).narinfo")
	zstd -dqc "$P/$nar" | sed 's/one/onE/' | zstd -qc >"$T/wrong/$nar"
	ok "other content: refused" fails 1 "mismatch" copy "file://$T/wrong" d "$alice"

	python3 -u -m http.server --bind 127.0.0.1 --directory "$T/signed" 0 >"$T/http" 2>&1 &
	http=$!
	trap 'kill $http; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
	for _ in $(seq 100); do
		port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$T/http")
		[ -n "$port" ] && break
		sleep 0.3
	done
	ok "nix copies over HTTP" copy "http://127.0.0.1:$port" e "$alice"
	ok "… the same object" same e
	ok "with another key: refused" fails 1 "signature" copy "http://127.0.0.1:$port" f "$bob"

	# the daemon builds and publishes by its schedule, and serves what it published
	port=$(free_port)
	cat >"$T/daemon.json" <<-EOF
		{ "daemon": { "state": "$T/served", "recipes": "$T/recipes", "control": { "socket": "$T/served.socket" },
		  "public": { "listen": [ "127.0.0.1:$port" ], "folder": "$T/served.pub" },
		  "schedule": [ { "name": "all", "every": "1d", "run": [ ["build", "two"], ["publish", "$T/served.pub"] ] } ] } }
	EOF
	mkdir "$T/served.pub"
	BOOT_HURD_STATE="$T/served" "$BH" key generate --no-daemon dora >/dev/null
	"$BUILD/bin/boot-hurdd" --config "$T/daemon.json" >/dev/null 2>"$T/log" &
	daemon=$!
	trap 'kill $http $daemon; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
	for _ in $(seq 100); do
		[ -e "$T/served.pub/boot-hurd-publication" ] && break
		sleep 0.1
	done
	served() {
		copy "http://127.0.0.1:$port" g "$(cat "$T/served/keys/dora.public")" || {
			cat "$T/log"
			return 1
		}
	}
	ok "nix copies from what boot-hurdd published" served
	ok "… the same object" same g
fi
done_testing
