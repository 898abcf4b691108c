#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The store under a real build: killed at any instant, shared, collected, damaged, full.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

KILLS=${KILLS:-200}
COUNT=50

# round N: fifty recipes that need each other and whose outputs are N's own.
round() {
	awk -v n="$1" -v count=$COUNT -v dir="$T/recipes/10-stage0" 'BEGIN {
		for (i = 1; i <= count; i++) {
			file = dir "/p" i ".lua"
			inputs = i > 2 ? "\"p" int(i / 2) "\"" : ""
			if (i > 7 && i - 7 != int(i / 2)) inputs = inputs ", \"p" i - 7 "\""
			print "return recipe { name = \"p" i "\", summary = \"test\", license = \"none\"," > file
			print "sources = { { tree \"../../src\", as = \"src\" } }, inputs = { " inputs " }," > file
			print "steps = { { \"src/tool\", \"write\", out \"file\", \"" n " " i "\" } } }" > file
			close(file)
			all = all "\"p" i "\", "
		}
		print "return recipe { name = \"all\", summary = \"test\", license = \"none\"," > dir "/all.lua"
		print "sources = { { tree \"../../src\", as = \"src\" } }, inputs = { " all " }," > dir "/all.lua"
		print "steps = { { \"src/tool\", \"write\", out \"file\", \"" n "\" } } }" > dir "/all.lua"
	}'
}

# The names after WORD at the beginning of a line of the files.
names() {
	_word=$1
	shift
	sed -n "s/^$_word \(p[0-9]*\).*/\1/p" "$@" | sort
}

# Builds in each round until a build is let finish; kills all others. Counts are left in files.
kills() {
	_round=0 _killed=0
	: >"$T/done"
	round 0
	for _delay in $(awk -v n="$KILLS" 'BEGIN { srand(7); while (n--) printf "%.3f ", 0.01 + rand() * 0.3 }'); do
		_status=0
		timeout --foreground -s KILL "$_delay" "$BH" build all --recipes "$T/recipes" >"$T/log" 2>&1 || _status=$?
		names building "$T/log" | comm -12 - "$T/done" >"$T/again"
		if [ -s "$T/again" ]; then
			echo "built although it had been finished: $(tr '\n' ' ' <"$T/again")"
			return 1
		fi
		"$BH" store check >"$T/check" 2>&1 || {
			cat "$T/check"
			return 1
		}
		case $_status in
		0 | 124) # finished, perhaps just when its time was over
			_round=$((_round + 1))
			: >"$T/done"
			round $_round
			;;
		137)
			_killed=$((_killed + 1))
			names built "$T/log" | sort -u - "$T/done" >"$T/done.new"
			mv "$T/done.new" "$T/done"
			;;
		*)
			cat "$T/log"
			return 1
			;;
		esac
	done
	echo "# $_killed kills, $_round complete builds"
	[ $_killed -gt $((KILLS / 4)) ]
}
ok "$KILLS builds cut short: sound, and nothing finished is built again" kills
ok "the rest is built" bh build all
ok "sound" fails 0 "0 problems" bh store check
mkdir "$T/state/tmp/4242-0011223344556677" # of a process that was killed before it had its lock
bh store check >/dev/null 2>&1
ok "nothing unfinished is left" sh -c "[ -z \"\$(ls '$T/state/tmp')\" ]"

# Two at once share the work.
both() {
	round both
	bh build all >"$T/log1" 2>&1 &
	bh build all >"$T/log2" 2>&1 || return 1
	wait $! || return 1
	[ "$(names built "$T/log1" "$T/log2" | uniq | wc -l)" -eq $COUNT ] &&
		[ "$(names built "$T/log1" "$T/log2" | wc -l)" -eq $COUNT ]
}
ok "two processes build each thing once" both
ok "sound" fails 0 "0 problems" bh store check

# A collector takes what it can while others build.
collector() {
	for _i in 1 2 3; do
		round "gc$_i"
		while :; do "$BH" gc >/dev/null 2>&1 || echo failed >>"$T/gc.failed"; done &
		_gc=$!
		_r=0
		bh build all || _r=1
		kill $_gc
		wait $_gc 2>/dev/null
		[ $_r -eq 0 ] || return 1
	done
	[ ! -e "$T/gc.failed" ]
}
ok "builds beside collection" collector
ok "sound" fails 0 "0 problems" bh store check

# Damage.
round damage
bh build all >/dev/null 2>&1
object=$(bh store path p9) || exit 1
file=$object/file
hash=$(bh store hash "$object")
chmod 644 "$file" && printf X | dd of="$file" conv=notrunc 2>/dev/null && touch -d @1 "$file" && chmod 444 "$file"
touch "$T/state/objects/stray"
rm -f "$T"/state/realisations/*/*.json
ok "damage is found" fails 2 "has the hash" bh store check
ok "damage is repaired" bh store repair
ok "sound" fails 0 "0 problems" bh store check
ok "the same bits again" sh -c "[ \"\$('$BH' store hash '$object')\" = '$hash' ]"
rm "$T/state/db.sqlite"
ok "a lost database is noticed" fails 1 "rebuild-db" bh build all
ok "and made again" bh store rebuild-db
ok "nothing is built again" sh -c "! '$BH' build all --recipes '$T/recipes' 2>&1 | grep '^building'"
ok "sound" fails 0 "0 problems" bh store check

# A disk that is too small.
round full
mkdir "$T/disk"
cat >"$T/full.sh" <<EOF
mount -t tmpfs -o size=\$1k none '$T/disk' || exit 77
BOOT_HURD_STATE='$T/disk/state' '$BH' build all --recipes '$T/recipes' >'$T/log' 2>&1
status=\$?
mount -o remount,size=64m none '$T/disk'
BOOT_HURD_STATE='$T/disk/state' '$BH' store check || exit 1
[ \$status -eq 1 ] && grep -q 'No space left' '$T/log' && exit 0
cat '$T/log'
exit 1
EOF
for size in 100 200 300 500 900 1200; do
	ok "a disk of $size KiB" unshare -Urm sh "$T/full.sh" $size
done
done_testing
