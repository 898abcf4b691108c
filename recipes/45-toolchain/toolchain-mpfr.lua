-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("mpfr", function(stage)
  return stage.gnu {
    version = "4.2.0",
    summary = "floating-point arithmetic with exact rounding, for GCC",
    homepage = "https://www.mpfr.org/",
    license = "LGPL-3.0-or-later",
    sources = {
      { debian "m/mpfr4/mpfr4_4.2.0.orig.tar.xz", as = "mpfr",
        sha256 = "06a378df13501248c1b2db5aa977a2c8126ae849a9d9b7be2546fb4a9c26d993" },
    },
    inputs = { stage.input "gmp" },
    configure = {
      "--with-gmp=" .. input_path(stage.at "gmp"), "--disable-shared", "--disable-thread-safe",
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "ltmain.sh", "doc/*.info",
      "src/*/mparam.h",
    },
  }
end)
