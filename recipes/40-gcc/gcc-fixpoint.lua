-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Are the programs of gcc-stage2 and gcc-3.4.6 the same, bit for bit? If so, nothing of TinyCC is left
-- in them: the one was compiled by what TinyCC compiled, the other by the one.
local script = lib "script"

return script {
  name = "gcc-fixpoint",
  version = "3.4.6",
  summary = "compares GCC 3.4.6 with the compiler that compiled it",
  license = "GPL-3.0-or-later",
  inputs = { { "gcc-3.4.6", as = "new" }, { "gcc-stage2", as = "old" }, "dash", "busybox" },
  shell = "dash",
  text = [[
    cd /opt/boot-hurd/old
    status=0
    for f in bin/gcc bin/g++ bin/cpp bin/gcov libexec/gcc/i686-pc-linux-gnu/3.4.6/* \
      lib/gcc/i686-pc-linux-gnu/3.4.6/*.[ao]; do
      if [ -f $f ]; then
        cmp $f ../new/$f && echo "same: $f" >>$out/report || status=1
      fi
    done
    exit $status
  ]],
}
