#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The state folder in bad hands: readers who may not write, leftovers that cannot be removed, links where
# none are expected, names and lengths at the limit, a disk without any room.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

says() {
	_text=$1
	shift
	_said=$("$@" 2>&1) || {
		echo "$_said"
		return 1
	}
	echo "$_said"
	case $_said in *"$_text"*) ;; *) return 1 ;; esac
}

recipe one 'steps = { { "src/tool", "write", out "file", "one" } },'
recipe two 'inputs = { "one" }, steps = { { "src/tool", "write", out "file", "two" } },'
ok "built" bh build two

# ---- what was asked for by name is kept ----
ok "it is a dated root" says "two@built" bh root list
ok "its input is none" sh -c "! $BH root list | grep -q one"
ok "gc -n says which" says "would delete object objects/" bh gc -n
ok "… and what a source is" says "(a source of the recipes) " bh gc -n
ok "and as what it was built" says "(one) " bh gc -n
ok "nothing is gone" says objects/ bh store path one
ok "gc names what it deletes" says "(one) " bh gc
ok "what was asked for stays" says objects/ bh store path two
ok "unless it was long ago" says "(two) " bh gc --keep-built 0
ok "the root is gone with it" sh -c "[ -z \"\$($BH root list)\" ]"
ok "or the user says otherwise" bh build --no-root two
ok "no root then" sh -c "[ -z \"\$($BH root list)\" ]"
ok "sound" says "0 problems" bh store check
mkdir -p "$T/state/differences/two-1" "$T/state/differences/two-2"
echo x >"$T/state/differences/two-1/x"
ok "a difference is kept for a while" sh -c "'$BH' gc -q && [ -e '$T/state/differences/two-1/x' ]"
sleep 1.1
ok "and collected by age" sh -c "'$BH' gc --older-than 1 && [ ! -e '$T/state/differences/two-1' ]"

# ---- readers ----
bh build two >/dev/null 2>&1
readers() {
	"$@" "$BH" --version >/dev/null 2>&1 || return 77
	for _c in "log two" "show two" "graph two" "store path two" "store check" "root list" "export two --script"; do
		# shellcheck disable=SC2086
		if ! _said=$("$@" "$BH" $_c --no-daemon --recipes "$T/recipes" 2>&1); then
			echo "$_c: $_said"
			return 1
		fi
	done
	_said=$("$@" "$BH" store check --no-daemon --recipes "$T/recipes" 2>&1)
	case $_said in *"0 problems"*) ;; *)
		echo "$_said"
		return 1
		;;
	esac
	if _said=$("$@" "$BH" gc --no-daemon --recipes "$T/recipes" 2>&1); then
		echo "gc succeeded"
		return 1
	fi
	case $_said in *"reading only"*) ;; *)
		echo "$_said"
		return 1
		;;
	esac
}
chmod 755 "$T" "$T/recipes" "$T/recipes/10-stage0" "$T/src"
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups "$BH" --version >/dev/null 2>&1; then
	ok "another user looks" readers setpriv --reuid=65534 --regid=65534 --clear-groups
	sqlite3 "$T/state/db.sqlite" .tables >/dev/null 2>&1
	rm -f "$T/state/db.sqlite-wal" "$T/state/db.sqlite-shm"
	ok "without the journal too" readers setpriv --reuid=65534 --regid=65534 --clear-groups
fi
# shellcheck disable=SC2016
ok "on a disk for reading only" readers unshare -Urm sh -c \
	'mount --bind "$BOOT_HURD_STATE" "$BOOT_HURD_STATE" && mount -o remount,bind,ro "$BOOT_HURD_STATE" && exec "$@"' sh
# shellcheck disable=SC2016
ok "a shell there" unshare -Urm sh -c \
	'mount --bind "$BOOT_HURD_STATE" "$BOOT_HURD_STATE" && mount -o remount,bind,ro "$BOOT_HURD_STATE" && exec "$@"' sh \
	"$BH" shell two --recipes "$T/recipes" src/tool write /build/note x

# ---- rows that do not hold what they must ----
cp -a "$T/state" "$T/broken"
cat >"$T/break.py" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1] + "/db.sqlite")
db.execute("PRAGMA ignore_check_constraints = 1")
db.execute("UPDATE realisations SET object = x'0011'")
db.execute("UPDATE roots SET object = x'0011'")
db.commit()
END
python3 "$T/break.py" "$T/broken"
for _c in "log two" "store path two" "root list" "export two --script" "gc" "gc -n" "store repair"; do
	# shellcheck disable=SC2086
	ok "a damaged row stops: $_c" fails 1 "" bh $_c --state "$T/broken"
done
ok "in words" fails 1 "is damaged" bh root list --state "$T/broken"
ok "rebuild-db makes it whole" bh store rebuild-db --state "$T/broken"
ok "as it was" says "two@built" bh root list --state "$T/broken"
ok "and sound" says "0 problems" bh store check --state "$T/broken"

# ---- leftovers ----
nest() {
	mkdir -p "$T/state/tmp/4242-$1/build" && : >"$T/state/tmp/4242-$1/lock" &&
		python3 - "$T/state/tmp/4242-$1/build" "$2" <<'END'
import os, sys
os.chdir(sys.argv[1])
for i in range(int(sys.argv[2])):
    os.mkdir("d")
    os.chdir("d")
END
}
nest 0011223344556677 3000
ok "3,000 folders, few descriptors" sh -c "ulimit -n 64; '$BH' root list --recipes '$T/recipes' && '$BH' gc -n"
ok "they are gone" sh -c "[ ! -e '$T/state/tmp/4242-0011223344556677' ]"
nest 0011223344556678 9000
ok "9,000 folders, a small stack" sh -c "ulimit -s 256; '$BH' gc -n && [ ! -e '$T/state/tmp/4242-0011223344556678' ]"
if [ "$(id -u)" = 0 ]; then
	nest 0011223344556679 1
	: >"$T/state/tmp/4242-0011223344556679/build/stays"
	if chattr +i "$T/state/tmp/4242-0011223344556679/build/stays" 2>/dev/null; then
		ok "what cannot be removed stops nothing" says "warning: leftovers stay" bh store path two
		chattr -i "$T/state/tmp/4242-0011223344556679/build/stays"
	fi
fi

# ---- links ----
mkdir "$T/l" && echo x >"$T/l/file"
"$BH" store dump "$T/l/file" >"$T/l/nar"
ln -s nowhere "$T/l/link"
ok "restore refuses a dangling link" fails 1 "is there already" sh -c "'$BH' store restore '$T/l/link' <'$T/l/nar'"
ok "which stays" [ -L "$T/l/link" ]
ok "a broken archive leaves nothing" sh -c "! head -c 90 '$T/l/nar' | '$BH' store restore '$T/l/new' && [ ! -e '$T/l/new' ]"
mkdir "$T/out" && ln -s nowhere "$T/out/two"
ok "export refuses one" fails 1 "is there already" bh export two --folder "$T/out"
rm "$T/out/two" && ln -s nowhere "$T/out/two.provenance.json"
ok "and beside it" fails 1 "not a regular file" bh export two --folder "$T/out"
bh key generate k >/dev/null
mkdir "$T/pub" "$T/elsewhere"
: >"$T/pub/.lock"
for _dir in index attestations nar commitments; do
	ln -s "$T/elsewhere" "$T/pub/$_dir"
done
mkdir "$T/keys-state"
keyed() {
	BOOT_HURD_STATE=$T/keys-state "$BH" "$@"
}
keyed key generate linked >/dev/null
mv "$T/keys-state/keys/linked.secret" "$T/keys-state/apart"
ln -s ../apart "$T/keys-state/keys/linked.secret"
ok "a key that is a link to a file is that file" fails 0 "linked:" keyed key show linked
ok "… and is not replaced" fails 1 "already" keyed key generate linked
ok "… it stays" sh -c "[ -L '$T/keys-state/keys/linked.secret' ] && [ -s '$T/keys-state/apart' ]"
ln -s nowhere "$T/keys-state/keys/lost.secret"
ok "a dangling link is not a place for a key" fails 1 "lost.secret is there" keyed key generate lost
ok "… it stays, and nothing is beside it" sh -c "[ -L '$T/keys-state/keys/lost.secret' ] && [ ! -e '$T/keys-state/nowhere' ] && [ ! -e '$T/keys-state/keys/lost.public' ]"
rm "$T/keys-state/keys/lost.secret"
ln -s nowhere "$T/keys-state/keys/lost.public"
ok "nor for its public part" fails 1 "cannot open" keyed key generate lost
ok "a key that cannot be read is not an absence" fails 1 "cannot open $T/keys-state/keys/lost.public" keyed key list
rm "$T/keys-state/keys/lost.public"
ln -sf nowhere "$T/keys-state/keys/linked.secret"
ok "… nor a secret one" fails 1 "cannot open $T/keys-state/keys/linked.secret" keyed publish "$T/keys-pub" --recipes "$T/recipes"
ok "publish refuses links inside its folder" fails 1 "is a link" bh publish "$T/pub" two --key k
ok "nothing went through them" sh -c "[ -z \"\$(ls '$T/elsewhere')\" ]"

# ---- names and lengths ----
recipe name 'steps = { { "src/tool", "write", out "n\xc3\xa9\xe6\x96\x87", "x" } },'
bh build name >/dev/null 2>&1
ok "names that are not ASCII are exported" bh export name -o "$T/name.tar.zst"
ok "as they are" sh -c "zstd -dc '$T/name.tar.zst' | LC_ALL=C.UTF-8 tar -t | grep -q 'n\\\\303\\\\251\|né文'"
python3 - "$T/long" <<'END'
import os, sys
os.mkdir(sys.argv[1]); os.chdir(sys.argv[1])
for i in range(13):
    os.mkdir("d" * 250); os.chdir("d" * 250)
END
ok "a path of more than 3,072 bytes is refused" fails 1 "3072 bytes" "$BH" store hash "$T/long"
truncate -s 1T "$T/src/sparse"
ok "a sparse file of 1 TiB is refused at once" fails 1 "src/sparse" timeout 20 "$BH" show one --recipes "$T/recipes"
rm "$T/src/sparse"

# ---- what cannot be read is not an absence ----
# unreadable TABLE COMMAND…: with the first page of TABLE destroyed, COMMAND says so.
unreadable() {
	cp "$T/state/db.sqlite" "$T/db.sqlite"
	python3 - "$T/state/db.sqlite" "$1" <<-'END'
		import sqlite3, sys
		db = sqlite3.connect(sys.argv[1])
		size = db.execute("PRAGMA page_size").fetchone()[0]
		page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (sys.argv[2],)).fetchone()[0]
		db.close()
		with open(sys.argv[1], "r+b") as f:
		    f.seek((page - 1) * size)
		    f.write(b"\xff" * size)
	END
	shift
	fails 1 "$@"
	_r=$?
	rm -f "$T"/state/db.sqlite*
	cp "$T/db.sqlite" "$T/state/db.sqlite"
	return $_r
}
if python3 -c 'import sqlite3' 2>/dev/null; then
	bh build two >/dev/null 2>&1
	bh key generate reader >/dev/null
	bh publish "$T/reader" --key reader two >/dev/null 2>&1
	BOOT_HURD_CONFIG="$T/reader.json"
	export BOOT_HURD_CONFIG
	bh peer add reader "$T/reader" --key "$(cat "$T/state/keys/reader.public")" >/dev/null
	ok "the database can be read" fails 0 "2 of 2 compared" bh verify --peers two
	for command in 'graph --format markdown' 'verify --peers' 'verify --peers two' 'verify two' 'build two' \
		'export --script two' 'show two' 'store path two' 'store baseline'; do
		# shellcheck disable=SC2086
		ok "a table that cannot be read: $command" unreadable resolutions "cannot read the database" bh $command
	done
	for command in "publish --key reader $T/reader two" 'attest --key reader two' 'log two' 'store baseline'; do
		# shellcheck disable=SC2086
		ok "a table that cannot be read: $command" unreadable realisations "" bh $command
		# shellcheck disable=SC2154 # lib.sh's ok sets it
		ok "… it is told" sh -c "echo '$_out' | grep 'cannot read the database'"
	done
	tar -C "$T" -czf "$T/packed.tar.gz" src
	cat >"$T/recipes/10-stage0/fresh.lua" <<-END
		return recipe { name = "fresh", summary = "test", license = "none", homepage = "https://example.org",
			sources = { { url "file://$T/packed.tar.gz", as = "src",
				sha256 = "$(sha256sum <"$T/packed.tar.gz" | cut -c1-64)" } },
			steps = { { "src/tool", "write", out "file", "fresh" } } }
	END
	ok "a source" bh source fetch fresh
	ok "… a table that cannot be read: build fresh" unreadable sources "cannot read the database" bh build fresh
	ok "… lint fresh" unreadable sources "cannot read the database" bh lint fresh
	ok "all is well again" fails 0 "0 problems" bh store check
fi

# ---- a disk without room ----
cat >"$T/full.sh" <<'END'
mount -t tmpfs -o size=80m none "$T/disk" || exit 77
export BOOT_HURD_STATE="$T/disk/state"
"$BH" build two --no-root --recipes "$T/recipes" >/dev/null 2>&1 || exit 1
[ -s "$T/disk/state/reserve" ] || { echo "no reserve"; exit 1; }
dd if=/dev/zero of="$T/disk/filler" bs=64k >/dev/null 2>&1
dd if=/dev/zero of="$T/disk/filler2" bs=1 count=100000 >/dev/null 2>&1
df "$T/disk"
"$BH" gc --recipes "$T/recipes" || exit 1
rm "$T/disk/filler" "$T/disk/filler2"
"$BH" gc --recipes "$T/recipes" || exit 1
[ -s "$T/disk/state/reserve" ] || { echo "no reserve afterwards"; exit 1; }
"$BH" store check --recipes "$T/recipes"
END
mkdir "$T/disk"
export T BH
ok "gc on a full disk" unshare -Urm sh "$T/full.sh"

done_testing
