# SPDX-License-Identifier: GPL-3.0-or-later
#
# What glibc's locale/gen-translit.py does, without Python: makes C-translit.h of C-translit.h.in. A line of that
# is two C strings: characters as \xHEX, and what they become in ASCII. The header has a table of either, and for
# each entry where in the table it begins.

function fail(what)
{
  print "gen-translit.awk: line " NR ": " what ": " $0 >"/dev/stderr"
  failed = 1
  exit 1
}

# The tables of one side: strings, each with END after it, and their lengths in characters.
function tables(side, strings, lengths, end, terminators,   i, total)
{
  printf "static const uint32_t translit_%s_idx[] =\n{\n", side
  for (i = 1; i <= n; i++) {
    printf "  %d%s\n", total, i < n ? "," : ""
    total += lengths[i] + terminators
  }
  printf "};\nstatic const wchar_t translit_%s_tbl[] =\n", side
  for (i = 1; i <= n; i++)
    printf "  L\"%s%s\"%s\n", strings[i], end, i < n ? " L\"\\0\"" : ";"
}

/^[ \t]*(#|$)/ { next }

{
  if (!match($0, /^[ \t]*"(\\x[0-9a-fA-F]+)+"[ \t]+/))
    fail("no characters")
  head = substr($0, 1, RLENGTH)
  rest = substr($0, RLENGTH + 1)
  if (!match(rest, /^"([^"\\]|\\["\\])*"/) || substr(rest, RLENGTH + 1) !~ /^[ \t]*(#.*)?$/)
    fail("no replacement")
  n++
  to[n] = substr(rest, 2, RLENGTH - 2)
  sub(/^[ \t]*"/, "", head)
  sub(/"[ \t]*$/, "", head)
  from[n] = head
  from_length[n] = gsub(/\\x/, "", head)
  plain = to[n]
  gsub(/\\./, "x", plain)
  to_length[n] = length(plain)
}

END {
  if (failed)
    exit 1
  print "#include <stdint.h>"
  print "#define NTRANSLIT " n
  tables("from", from, from_length, "", 1)
  tables("to", to, to_length, "\\0", 2)
}
