-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("gmp", function(stage)
  return stage.gnu {
    version = "6.2.1",
    summary = "arithmetic of large numbers, for GCC",
    homepage = "https://gmplib.org/",
    license = "LGPL-3.0-or-later OR GPL-2.0-or-later",
    sources = {
      { debian "g/gmp/gmp_6.2.1+dfsg1.orig.tar.xz", as = "gmp",
        sha256 = "471b9e463e04362a0124f215afc5f0a4b99caedeeb62634c61bbc12988efa64c" },
    },
    -- Debian took the manual out; configure wants its makefile.
    prepare = [[
      mkdir -p doc
      printf 'all install:\n' >doc/Makefile.in
    ]],
    -- Without assembly nothing is ever run through m4, but configure stops where there is none.
    env = { M4 = "cat" },
    configure = { "--disable-assembly", "--disable-shared", "--disable-cxx" },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.in", "ltmain.sh",
      "mpn/*.h",
    },
    generated_unused = {
      "demos/*.[ch]", "mpn/cray/*.s",
    },
  }
end)
