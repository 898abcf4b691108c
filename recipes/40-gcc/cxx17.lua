-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Does GCC 10, and does GCC 12, compile a C++17 program that runs?
local script = lib "script"

local function cxx17(name, compiler, title)
  return script {
    name = name,
    summary = "a C++17 program compiled by " .. title .. ", and what it prints",
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
    inputs = { compiler, "binutils-2.40", { "musl-gcc", as = "libc" }, "dash", "busybox" },
    shell = "dash",
    dirs = { "bin" },
    text = [[
    g++ -std=c++17 -O1 -static -o $out/bin/cxx17 cxx17.cc
    $out/bin/cxx17 >$out/printed
    cmp expected $out/printed
  ]],
  }
end

return {
  cxx17("cxx17", "gcc-10-stage1", "GCC 10"),
  cxx17("cxx17-gcc-12", "gcc-12.2.0", "GCC 12"),
}
