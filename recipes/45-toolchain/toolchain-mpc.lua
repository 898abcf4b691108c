-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("mpc", function(stage)
  return stage.gnu {
    version = "1.3.1",
    summary = "complex arithmetic with exact rounding, for GCC",
    homepage = "https://www.multiprecision.org/mpc/",
    license = "LGPL-3.0-or-later",
    sources = {
      { debian "m/mpclib3/mpclib3_1.3.1.orig.tar.gz", as = "mpc",
        sha256 = "ab642492f5cf882b74aa0cb730cd410a81edcdbec895183ce930e706c1c759b8" },
    },
    inputs = { stage.input "gmp", stage.input "mpfr" },
    configure = {
      "--with-gmp=" .. input_path(stage.at "gmp"), "--with-mpfr=" .. input_path(stage.at "mpfr"),
      "--disable-shared",
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in",
      "build-aux/ltmain.sh", "doc/*.info",
    },
  }
end)
