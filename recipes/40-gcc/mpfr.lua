-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "gnu_build"

return build {
  name = "mpfr",
  version = "4.2.0",
  toolchain = "gcc-3.4.6",
  summary = "floating-point arithmetic with exact rounding, for GCC",
  homepage = "https://www.mpfr.org/",
  license = "LGPL-3.0-or-later",
  sources = {
    { debian "m/mpfr4/mpfr4_4.2.0.orig.tar.xz", as = "mpfr",
      sha256 = "06a378df13501248c1b2db5aa977a2c8126ae849a9d9b7be2546fb4a9c26d993" },
  },
  inputs = { "gmp" },
  env = { CFLAGS = "-O1" },
  configure = {
    "--with-gmp=" .. input_path "gmp-6.2.1", "--disable-shared", "--disable-thread-safe",
  },
  limits = { time = 3600 },
  pregenerated = {
    "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "ltmain.sh", "doc/*.info",
    "src/*/mparam.h",
  },
}
