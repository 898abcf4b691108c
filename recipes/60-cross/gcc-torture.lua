-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Every eighth program of gcc.c-torture/execute, compiled with -O2 and linked for each target, to be run in the
-- booted system: by bin/run, which prints a line for each and the number of those that pass.
local script, cross = lib "script", lib "cross"

local run = [[
#!/bin/sh
# Runs the programs beside this script's folder.
passed=0 total=0
for program in ${0%/bin/run}/programs/*; do
  total=$((total + 1))
  if $program >/dev/null 2>&1; then
    passed=$((passed + 1))
    echo "ok ${program##*/}"
  else
    echo "not ok ${program##*/}: exit status $?"
  fi
done
echo "$passed of $total passed"
test $passed = $total
]]

return cross.each(function(target)
  local t = target.triplet
  return script {
    name = "gcc-torture-" .. t,
    from = "gcc-12.2.0",
    summary = "test programs of GCC for " .. t .. ", to be run there",
    sources = { text("run", run) },
    inputs = { target.gcc, target.binutils, target.sysroot, "dash", "busybox" },
    shell = "dash",
    dirs = { "bin", "programs" },
    args = { t },
    pregenerated = {},
    generated_unused = lib "gcc_files".all["gcc-12.2.0"],
    text = [[
      cp run $out/bin/run
      chmod +x $out/bin/run
      cd gcc/gcc/testsuite/gcc.c-torture/execute
      number=0
      for c in *.c; do
        number=$((number + 1))
        test $((number % 8)) = 0 || continue
        if grep -qE 'effective-target (int128|dfp|noinit)' $c; then
          continue
        fi
        options=$(sed -n 's/.*{ *dg-\(additional-\)*options *{* *"\([^"]*\)" *}* *}.*/\2/p' $c | tr '\n' ' ')
        $1-gcc -w -O2 $options -o $out/programs/${c%.c} $c -lm
      done
      ls $out/programs | wc -l
      test $(ls $out/programs | wc -l) -ge 190
    ]],
  }
end)
