-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Does GCC 10 compile a C++17 program that runs?
local script = lib "script"

return script {
  name = "cxx17",
  summary = "a C++17 program compiled by GCC 10, and what it prints",
  license = "GPL-3.0-or-later",
  sources = {
    file "cxx17.cc",
    text("expected", [[
<007> 7
<42> 42
<hurd> "hurd"
6.5
5 1
not a number
]]),
  },
  inputs = { "gcc-10-stage1", "binutils-2.40", { "musl-gcc", as = "libc" }, "dash", "busybox" },
  shell = "dash",
  dirs = { "bin" },
  text = [[
    g++ -std=c++17 -O1 -static -o $out/bin/cxx17 cxx17.cc
    $out/bin/cxx17 >$out/printed
    cmp expected $out/printed
  ]],
}
