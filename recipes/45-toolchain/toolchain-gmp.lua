-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("gmp", function(stage)
  return stage.gnu {
    from = "gmp-6.2.1",
    summary = "arithmetic of large numbers, for GCC",
    -- Debian took the manual out; configure wants its makefile.
    prepare = [[
      mkdir -p doc
      printf 'all install:\n' >doc/Makefile.in
    ]],
    -- Without assembly nothing is ever run through m4, but configure stops where there is none.
    env = { M4 = "cat" },
    configure = { "--disable-assembly", "--disable-shared", "--disable-cxx" },
  }
end)
