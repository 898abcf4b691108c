-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The programs of gcc.c-torture/execute, compiled with -O2 by a GCC and run, one by one. $out/results has
-- a line for each: "ok", "not ok" with what failed, or "skip" with the reason; $out/summary the numbers.
-- Fails below 95 %. Options that a test asks for everywhere (dg-options) are given to it. Not among them:
-- the folders builtins and ieee, which want support files and more options. Takes:
--
--   name      of the recipe
--   from      row of GCC in lib "upstream"
--   compiler  recipe of the compiler
local script = lib "script"

local text = [[
cd gcc/gcc/testsuite/gcc.c-torture/execute
ulimit -t 60
for c in *.c; do
  name=${c%.c}
  need=$(grep -oE 'effective-target (int128|dfp|noinit)' $c) && {
    echo "skip $name: not on this target:${need#effective-target}"
    continue
  }
  options=$(sed -n 's/.*{ *dg-\(additional-\)*options *{* *"\([^"]*\)" *}* *}.*/\2/p' $c | tr '\n' ' ')
  rm -f /tmp/program
  if ! gcc -w -O2 -static $options -o /tmp/program $c -lm >/tmp/output 2>&1 </dev/null; then
    echo "not ok $name: does not compile: $(head -1 /tmp/output)"
  elif /tmp/program >/tmp/output 2>&1 </dev/null; then
    echo "ok $name"
  else
    echo "not ok $name: exit status $?"
  fi
done >$out/results
grep -v '^ok ' $out/results || true
total=$(grep -c 'ok ' $out/results)
passed=$(grep -c '^ok ' $out/results)
skipped=$(grep -c '^skip ' $out/results || true)
echo "$passed of $total passed, $skipped skipped" | tee $out/summary
test $((passed * 100)) -ge $((total * 95))
]]

return function(package)
  return script {
    name = package.name,
    from = package.from,
    summary = "execution tests of gcc.c-torture, one by one",
    inputs = { package.compiler, "binutils-2.40", { "musl-gcc", as = "libc" }, "dash", "busybox" },
    shell = "dash",
    text = text,
    -- Of what the tarball has, only these programs are used.
    pregenerated = {},
    generated_unused = lib "gcc_files".all[package.from],
    limits = { time = 7200 },
  }
end
