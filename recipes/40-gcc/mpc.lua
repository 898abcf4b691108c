-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "gnu_build"

return build {
  name = "mpc",
  version = "1.3.1",
  toolchain = "gcc-3.4.6",
  summary = "complex arithmetic with exact rounding, for GCC",
  homepage = "https://www.multiprecision.org/mpc/",
  license = "LGPL-3.0-or-later",
  sources = {
    { debian "m/mpclib3/mpclib3_1.3.1.orig.tar.gz", as = "mpc",
      sha256 = "ab642492f5cf882b74aa0cb730cd410a81edcdbec895183ce930e706c1c759b8" },
  },
  inputs = { "gmp", "mpfr" },
  env = { CFLAGS = "-O1" },
  configure = {
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--disable-shared",
  },
  limits = { time = 3600 },
  pregenerated = {
    "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in",
    "build-aux/ltmain.sh", "doc/*.info",
  },
}
