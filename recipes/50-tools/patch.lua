-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "patch",
  from = "patch-2.7.6",
  summary = "applies patches; busybox's lacks the option that GNU Mach's configure gives it",
  inputs = { "m4", "bison" },
  prepare = "bison -o lib/parse-datetime.c lib/parse-datetime.y",
  configure = { "--disable-xattr" },
  finish = [[
    cd /tmp
    printf 'from\n1\n2\n3\n' >file
    printf '%s\n' '--- file' '+++ file' '@@ -1,3 +1,3 @@' '-from' '+to' ' 1' ' 2' | $out/bin/patch -f
    test "$(head -n 1 file)" = to
  ]],
}
