#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# assemble.sh LAYOUT OWN INPUTS ROOT: carries out the lines of LAYOUT (see there) in the new folder ROOT. What a
# folder here cannot have is left for make-ext2.sh: ROOT.modes has "MODE PATH" for files with a mode of their
# own, and ROOT.debugfs what debugfs must do for translators.
#
# OWN stands for "root" in LAYOUT, and INPUTS is the folder of everything else.
set -e
layout=$1 own=$2 inputs=$3 root=$4

fail() {
	echo "image layout, line $line: $*" >&2
	exit 1
}

# Prints where FROM is.
from() {
	case $1 in
	root/*) echo "$own/${1#root/}" ;;
	*) echo "$inputs/$1" ;;
	esac
}

mkdir "$root"
: >"$root.modes"
: >"$root.translators"
line=0
while read -r kind a b c; do
	line=$((line + 1))
	case $kind in
	'' | '#'*) ;;
	dir)
		mkdir "$root$b" || fail "cannot make $b"
		echo "$a $b" >>"$root.modes"
		;;
	tree)
		source=$(from "$b")
		test -d "$source" || fail "there is no folder $b"
		cp -R "$source/." "$root$a" || fail "cannot copy $b"
		# Outputs of other recipes are read-only.
		chmod -R u+w "$root$a"
		;;
	files)
		source=$(from "$b")
		for name in $c; do
			cp "$source/$name" "$root$a" || fail "cannot copy $b/$name"
		done
		;;
	file)
		source=$(from "$c")
		test -f "$source" || fail "there is no file $c"
		cp "$source" "$root$b" || fail "cannot copy $c"
		echo "$a $b" >>"$root.modes"
		;;
	mode)
		test -f "$root$b" || fail "there is no $b"
		echo "$a $b" >>"$root.modes"
		;;
	link)
		ln -s "$b" "$root$a" || fail "cannot link $a"
		;;
	trans)
		program=${c%% *}
		# A passive translator that is not there hangs whoever touches its node.
		test -x "$root$program" || fail "there is no $program for $b"
		: >"$root$b" || fail "cannot make $b"
		echo "$a $b" >>"$root.modes"
		echo "$b $c" >>"$root.translators"
		;;
	*) fail "unknown kind '$kind'" ;;
	esac
done <"$layout"

# A translator is recorded as its words, with a NUL behind each.
mkdir "$root.values"
number=0
while read -r path words; do
	number=$((number + 1))
	# shellcheck disable=SC2086
	printf '%s\0' $words >"$root.values/$number"
	echo "ea_set -f $root.values/$number $path gnu.translator"
done <"$root.translators" >"$root.debugfs"
