#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sources: fetching from servers that misbehave, unpacking what is hostile, git, resuming.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

python3 tests/integration/server.py "$T" >"$T/port" 2>"$T/server.log" &
server=$!
trap 'kill $server 2>/dev/null; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
for _ in $(seq 100); do
	[ -s "$T/port" ] && break
	sleep 0.3
done
url="http://127.0.0.1:$(cat "$T/port")"
seq 1 20000 >"$T/data"
sum=$(sha256sum <"$T/data" | cut -c1-64)

# fetched NAME URL-PATH [MORE-FIELDS]
fetched() {
	cat >"$T/recipes/10-stage0/$1.lua" <<EOF
return recipe {
	name = "$1", summary = "test", license = "none",
	sources = { { url "$url/$2", sha256 = "$sum", unpack = false, as = "data", $3 }, { tree "../../src", as = "src" } },
	steps = { { "src/tool", "cat", out "file", "data" } },
}
EOF
}
get() {
	rm -rf "$T/state"
	fetched "$@"
	bh build "$1"
}
ok "a download" get plain ok
asked=$(grep -c 'GET /ok' "$T/server.log")
fetched again ok
ok "a second recipe with the same source" bh build again
ok "… fetches nothing" [ "$(grep -c 'GET /ok' "$T/server.log")" = "$asked" ]
ok "not found" fails 1 "answered 404" get missing missing
ok "other bytes" fails 1 "has SHA-256" get wrong wrong
ok "other bytes: exit and hint" fails 1 "the recipe's hash is wrong" get wrong wrong
ok "a body cut short" fails 1 "no place gave the file" get short short
plainly() {
	get short short 2>&1 | grep "no place gave" | grep -qvF "\n"
}
ok "… said in one line, no line break in it is escaped" plainly
ok "an endless body" fails 1 "longer than" get endless endless "max_size = 1000000"
ok "a redirect that never ends" fails 1 "redirect" get loop loop
ok "a redirect to a local file" fails 1 "no place gave the file" get tofile tofile
ok "a redirect to the right bytes" get moved moved
ok "bytes that claim to be compressed are taken as they are" get gzip gzip
ok "a wrong length" fails 1 "no place gave the file" get length length
ok "a mirror stands in" get mirror missing "mirrors = { url '$url/wrong', url '$url/ok' }"
ok "the first failure is told, too" fails 1 "answered 404" get mirrors missing "mirrors = { url '$url/wrong' }"
resume() {
	rm -rf "$T/state"
	fetched resume flaky
	! bh build resume || return 1
	bh build resume
}
ok "an interrupted download goes on" resume
ok "… by a range request" grep -q 'bytes=' "$T/server.log"
ignored() {
	rm -rf "$T/state"
	fetched ignored ok
	mkdir -p "$T/state/sources" && head -c 100 "$T/data" >"$T/state/sources/$sum.part"
	bh build ignored
}
ok "… also where the server ignores ranges" ignored
ok "offline" fails 1 "needs the network" sh -c "rm -rf '$T/state'; '$BH' build plain --offline --recipes '$T/recipes'"
offline_file() {
	rm -rf "$T/state"
	fetched local ok "mirrors = { url 'file://$T/data' }"
	bh build local --offline && rm -rf "$T/state"
}
ok "offline: a mirror on this machine" offline_file
ok "source list" fails 0 "missing" bh source list plain
ok "source fetch" fails 0 "fetched" bh source fetch plain
ok "source check" bh source check plain

# git
git init -q "$T/repo" && (
	cd "$T/repo" && git config user.name t && git config user.email t@example.org
	echo content >file && mkdir sub && echo x >sub/run && chmod +x sub/run && ln -s sub/run link
	git add . && git commit -qm one
	ln -s ../../../etc/passwd evil && git add . && git commit -qm two
)
commit=$(git -C "$T/repo" rev-parse HEAD~1)
evil=$(git -C "$T/repo" rev-parse HEAD)
(
	cd "$T/repo" && git rm -q evil && mkdir -p a/b && ln -s ../.. a/b/up && ln -s a/b/up/../x chain
	git add . && git commit -qm three
)
chain=$(git -C "$T/repo" rev-parse HEAD)
from_git() {
	recipe_git "$1" "$2"
	bh build "$1"
}
recipe_git() {
	cat >"$T/recipes/10-stage0/$1.lua" <<EOF
return recipe {
	name = "$1", summary = "test", license = "none",
	sources = { { git "file://$T/repo", commit = "$2", as = "repo" }, { tree "../../src", as = "src" } },
	steps = { { "src/tool", "cat", out "file", "repo/file", "repo/link" } },
}
EOF
}
ok "git by commit" from_git git "$commit"
ok "git: a link that leaves the tree" fails 1 "leaves the tree" from_git gitevil "$evil"
ok "git: a link that leaves it by way of another" fails 1 "leaves the tree" from_git gitchain "$chain"
git -C "$T/repo" rm -rq a chain && git -C "$T/repo" update-index --add --cacheinfo "160000,$commit,sub/module"
git -C "$T/repo" commit -qm four
ok "git: a submodule is not left out without a word" fails 1 "'sub/module' is a submodule" from_git gitsub "$(git -C "$T/repo" rev-parse HEAD)"
ok "git: no such commit" fails 1 "no place gave commit" from_git gitnone 0123456789012345678901234567890123456789

# archives, good and hostile
python3 tests/integration/archives.py "$T/archives"
archive() { # FILE [MAX-UNPACKED]
	cp "$1" "$T/current"
	s=$(sha256sum <"$1" | cut -c1-64)
	cat >"$T/recipes/10-stage0/archive.lua" <<EOF
return recipe {
	name = "archive", summary = "test", license = "none",
	sources = { { url "file://$T/current", sha256 = "$s", as = "a", unpack = true${2:+, max_unpacked = $2} }, { tree "../../src", as = "src" } },
	steps = { { "src/tool", "write", out "x" } },
}
EOF
	timeout -k 20 -s INT "${SECONDS_MAX:-60}" "$BH" build archive --recipes "$T/recipes"
}
for a in "$T"/archives/good-*; do
	ok "unpacks: $(basename "$a")" archive "$a"
done
cp tests/data/archives/gnu-realsize-plain-file.tar "$T/archives/bad-gnu-realsize.tar"
for a in "$T"/archives/bad-*; do
	ok "refused: $(basename "$a")" fails 1 "source 'a'" archive "$a"
done
ok "nothing was written outside" sh -c "! ls '$T'/escaped* /tmp/boot-hurd-escaped* 2>/dev/null | grep -q ."

# A gzip header without an end, inside another gzip: two decompressors in a row took all memory.
limited() (
	# shellcheck disable=SC3045 # dash has it
	ulimit -v 4000000
	archive "$1"
)
ok "a name without an end" fails 1 "Unrecognized archive format" limited tests/data/archives/gzip-endless-name.tar.gz

# What unpacks to much more than its size: honest sparse files, and more where a recipe says so.
mkdir "$T/sparse" && truncate -s 99M "$T/sparse/hole" && truncate -s 1M "$T/sparse/tail" "$T/sparse/head"
echo data >>"$T/sparse/tail"
printf data | dd of="$T/sparse/head" conv=notrunc status=none
for format in gnu oldgnu posix; do
	tar -C "$T/sparse" -S --format=$format -cf "$T/sparse-$format.tar" .
	ok "an honest sparse file of 99 MB: $format" archive "$T/sparse-$format.tar"
done
rm "$T/sparse/hole"
tar -C "$T/sparse" -S -cf "$T/sparse.tar" .
truncate -s 400M "$T/sparse/hole"
tar -C "$T/sparse" -S -cf "$T/large.tar" .
ok "more than the default" fails 1 "larger than allowed" archive "$T/large.tar"
ok "… which a recipe can raise" archive "$T/large.tar" 500000000
ok "… or lower" fails 1 "larger than allowed" archive "$T/sparse.tar" 1000000
# It did not come back from looking for the next header.
zeros() { # GIBIBYTES
	zstd -qc "$T/archives/member.cpio"
	for _ in $(seq "$1"); do
		cat "$T/zeros.zst"
	done
}
head -c 1G /dev/zero | zstd -q1 >"$T/zeros.zst"
zeros 2 >"$T/zeros.cpio.zst"
ok "a header that never comes" fails 1 "more comes out of it than is allowed" archive "$T/zeros.cpio.zst"
zeros 60 >"$T/more.cpio.zst"
interrupted() {
	SECONDS_MAX=3 archive "$@"
}
ok "^C ends an unpacking" fails 124 "stopped" interrupted "$T/more.cpio.zst" 99999999999

# archives inside an archive: what is remembered of one must not stand for another, however long its path
python3 - "$T" <<'EOF'
import io, sys, tarfile
def tar(files):
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w") as t:
        for name, data in files:
            i = tarfile.TarInfo(name)
            i.size = len(data)
            t.addfile(i, io.BytesIO(data))
    return b.getvalue()
folder = "/".join("f" * 100 for _ in range(4))
with open(sys.argv[1] + "/outer.tar", "wb") as f:
    f.write(tar([("top/%s/%s.tar" % (folder, w), tar([("top/file", w.encode())])) for w in ("one", "two")]))
with open(sys.argv[1] + "/folder", "w") as f:
    f.write(folder)
EOF
inner() {
	cat >"$T/recipes/10-stage0/inner-$1.lua" <<EOF
return recipe {
	name = "inner-$1", summary = "test", license = "none",
	sources = { { url "file://$T/outer.tar", sha256 = "$(sha256sum <"$T/outer.tar" | cut -c1-64)",
		nested = "$(cat "$T/folder")/$1.tar", as = "a" }, { tree "../../src", as = "src" } },
	steps = { { "src/tool", "cat", out "file", "a/file" } },
}
EOF
	bh build "inner-$1" || return 1
	[ "$(cat "$("$BH" store path "inner-$1" --recipes "$T/recipes")/file")" = "$1" ]
}
ok "an archive inside an archive" inner one
ok "another one, its path the same for 400 bytes" inner two

# Another process fetches from a server that says nothing; ^C ends the wait for it.
rm -rf "$T/state"
fetched silent silent
cat >"$T/recipes/10-stage0/other.lua" <<EOF
return recipe {
	name = "other", summary = "test", license = "none", sources = { { tree "../../src", as = "src" } },
	steps = { { "src/tool", "write", out "x", "x" } },
}
EOF
"$BH" build silent --recipes "$T/recipes" >/dev/null 2>&1 &
first=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q 'GET /silent' "$T/server.log" && break
	sleep 0.1
done
# shellcheck disable=SC2317 # called by ok
waits() {
	fails 130 soon tests/integration/interrupt.py 1 "built other" "$BH" build -j 2 --recipes "$T/recipes" silent other
}
ok "^C ends the wait for what another process fetches" waits
ok "… which it asked for once" [ "$(grep -c 'GET /silent' "$T/server.log")" = 1 ]
kill -TERM $first && sleep 0.2 && kill -TERM $first
wait $first

ok "the store is sound" fails 0 "0 problems" bh store check
done_testing
