-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "gawk",
  from = "gawk-5.2.1",
  summary = "GNU awk, for glibc and GRUB",
  sources = { file "gawk-shell.c" },
  inputs = { "m4", "bison" },
  -- Debian took the manual out; configure wants its makefile. The C of the grammars is made here. The shell of
  -- pipes and system() has a fixed path: in io.c for reading and both ways, in gawk-shell.c for the rest.
  prepare = [[
    printf 'all install:\n' >doc/Makefile.in
    rm awkgram.c command.c
    sed -i "s:\"/bin/sh\":\"$SHELL\":" io.c
    gcc -O2 -D_GNU_SOURCE -DSHELL_PATH="\"$SHELL\"" -c -o gawk-shell.o ../gawk-shell.c
  ]],
  configure = { "--disable-nls", "--disable-extensions", "--without-readline", "--without-mpfr" },
  make = { "LIBS=gawk-shell.o" },
  targets = { { "awkgram.c", "command.c" }, { "-C", "support" }, { "gawk" } },
  install = false,
  finish = [[
    mkdir $out/bin
    cp gawk $out/bin/gawk
    ln -s gawk $out/bin/awk
    test "$(echo 'seed 179' | $out/bin/awk '{ print strtonum("0x" substr($2, 1, 2)) gensub(/e+/, "E", "g", $1) }')" = 23sEd
    # Pipes of all three kinds, and system().
    cat >/tmp/pipes.awk <<'EOF'
BEGIN {
	sort = "sort -n >/tmp/sorted"
	print 10 | sort
	print 9 | sort
	if (close(sort) != 0)
		exit 1
	getline first <"/tmp/sorted"
	"echo 1; exit 3" | getline one
	cat = "cat"
	print "two" |& cat
	close(cat, "to")
	cat |& getline two
	status = system("exit 4")
	print first, one, close("echo 1; exit 3"), two, status
}
EOF
    test "$($out/bin/gawk -f /tmp/pipes.awk)" = "9 1 3 two 4"
    $out/bin/gawk 'BEGIN { a["b"][1] = 2; PROCINFO["sorted_in"] = "@ind_str_asc"; exit !(isarray(a["b"])) }'
  ]],
}
