-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- TinyCC's own tests (tests/tests2), each compiled, linked with musl and run; share/tcc-tests/results is
-- the report in TAP, and it is an error when a test fails that is not named here.
local script = lib "script"

return script {
  name = "tcc-tests",
  version = "0.9.27",
  summary = "report of TinyCC's own tests",
  license = "LGPL-2.1-or-later",
  sources = {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
      sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" },
  },
  inputs = { "tcc", "musl", "dash", "busybox" },
  dirs = { "share/tcc-tests" },
  shell = "dash",
  dir = "tcc/tests/tests2",
  text = [[
    n=0 bad=0
    results=$out/share/tcc-tests/results
    say() {
      n=$((n + 1))
      echo "$1 $n - $2" >>$results
    }
    # A file of snippets, each under "#if defined test_NAME": what tcc -dt -run does, without -run.
    snippets() {
      seen=
      for name in $(grep -o 'defined test_[A-Za-z0-9_]*' $1); do
        case "$seen defined " in *" $name "*) continue ;; esac
        [ -z "$seen" ] || echo
        seen="$seen $name "
        echo "[$name]"
        rm -f a.o a.exe
        tcc -D$name -c -o a.o $1 || continue
        tcc -o a.exe a.o 2>missing || grep -v "'main'" missing || continue
        status=0
        ./a.exe || status=$?
        [ $status -eq 0 ] || echo "[returns $status]"
      done
    }
    for c in [0-9][0-9]_*.c [0-9][0-9][0-9]_*.c; do
      t=${c%.c}
      flags= args= why=
      case $t in
      34_*) why="not C, left out by tcc's own makefile, too" ;;
      95_*) why="its numbers are for 64 bits; left out by tcc's own makefile for i386, too" ;;
      112_* | 114_* | 115_* | 116_* | 117_*) why="needs the library of bounds checking" ;;
      113_*) why="needs shared libraries" ;;
      31_*) args="arg1 arg2 arg3 arg4 arg5" ;;
      76_*) flags=-fdollars-in-identifiers ;;
      104_*) flags=104+_inline.c ;;
      106_*) flags=-pthread ;;
      esac
      if [ "$why" ]; then
        say ok "$t # SKIP $why"
        continue
      fi
      if [ $t = 60_errors_and_warnings ] || [ $t = 96_nodata_wanted ]; then
        snippets $c >output 2>&1
      elif tcc $flags $c -o ./a.exe >output 2>&1; then
        case $t in
        46_*) ./a.exe '[^* ]*[:a:d: ]+\:\*-/: $' 46_grep.c >>output 2>&1 || true ;;
        *) status=0; ./a.exe $args >>output 2>&1 || status=$?
           [ $status -lt 128 ] || echo "signal $((status - 128))" >>output ;;
        esac
      fi
      if diff -bu $t.expect output >difference; then
        say ok "$t"
      else
        bad=$((bad + 1))
        say "not ok" "$t"
        sed 's/^/# /' difference >>$results
      fi
    done
    echo "1..$n" >>$results
    cat $results
    [ $bad -eq 0 ]
  ]],
}
