-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Does GCC 3.4.6 compile a C++98 program that runs?
local script = lib "script"

return script {
  name = "cxx98",
  summary = "a C++98 program compiled by GCC 3.4.6, and what it prints",
  license = "GPL-3.0-or-later",
  sources = {
    file "cxx98.cc",
    text("expected", [[
one 1
three 3
two 2
the bottom, 0 left
square 4
disc 3
1000000000 0.125 4
]]),
  },
  inputs = { "gcc-3.4.6", "binutils-2.16.1", { "musl-gcc", as = "libc" }, "dash", "busybox" },
  shell = "dash",
  dirs = { "bin" },
  text = [[
    g++ -std=c++98 -O1 -static -o $out/bin/cxx98 cxx98.cc
    $out/bin/cxx98 >$out/printed
    cmp expected $out/printed
  ]],
}
