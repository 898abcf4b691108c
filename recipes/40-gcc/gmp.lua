-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "gnu_build"

return build {
  name = "gmp",
  from = "gmp-6.2.1",
  toolchain = "gcc-3.4.6",
  summary = "arithmetic of large numbers, for GCC",
  -- Debian took the manual out; configure wants its makefile.
  prepare = [[
    mkdir -p doc
    printf 'all install:\n' >doc/Makefile.in
  ]],
  -- Without assembly nothing is ever run through m4, but configure stops where there is none.
  env = { M4 = "cat", CFLAGS = "-O1" },
  configure = { "--disable-assembly", "--disable-shared", "--disable-cxx" },
  limits = { time = 3600 },
}
