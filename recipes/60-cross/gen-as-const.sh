#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What glibc's scripts/gen-as-const.py does for its build, without Python: prints a header that defines the
# names of a .sym file, with the values that the target's compiler computes for their expressions.
#
# Usage: gen-as-const.sh --cc='COMPILER OPTION...' FILE.sym
set -e
cc=${1#--cc=}
work=$(mktemp -d)

awk '
  function start() { if (!started++) print "void dummy(void)\n{" }
  NF == 0 { next }
  $1 ~ /^#/ { print; next }
  { start() }
  $1 == "--" { next }
  {
    name = value = $1
    if (NF > 1) {
      value = $0
      sub(/^[ \t]*[^ \t]+[ \t]+/, "", value)
    }
    printf "asm(\"/* @@@name@@@%s@@@value@@@%%0@@@end@@@ */\" : : \"i\" ((long int) (%s)));\n", name, value
  }
  END { start(); print "}" }' "$2" >"$work/values.c"

# Read from standard input, so that no name of a temporary file gets into the dependencies (-MD).
eval "$cc -S -o $work/values.s -x c -" <"$work/values.c"

sed -n 's/.*@@@name@@@\([^@]*\)@@@value@@@[^-0-9A-Fa-fXx]*\([-0-9A-Fa-fXx]*\).*@@@end@@@.*/#define \1 \2/p' \
  "$work/values.s" | sort -u >"$work/values.h"
twice=$(cut -d' ' -f2 "$work/values.h" | uniq -d)
if test -n "$twice"; then
  echo "gen-as-const.sh: $2: two values for $twice" >&2
  exit 1
fi
cat "$work/values.h"
rm -r "$work"
