-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Are gcc-12-stage2 and gcc-12.2.0 the same, bit for bit? If so, nothing of GCC 10 is left in them.
local script = lib "script"

return script {
  name = "gcc-12-fixpoint",
  version = "12.2.0",
  summary = "compares GCC 12.2 with the compiler that compiled it",
  license = "GPL-3.0-or-later",
  inputs = { { "gcc-12.2.0", as = "new" }, { "gcc-12-stage2", as = "old" }, "dash", "busybox" },
  shell = "dash",
  text = [[
    diff -r /opt/boot-hurd/old /opt/boot-hurd/new
    cd /opt/boot-hurd/old
    find . -type f | sort >$out/same
  ]],
}
