-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "gnu_build"

return build {
  name = "mpc",
  from = "mpc-1.3.1",
  toolchain = "gcc-3.4.6",
  summary = "complex arithmetic with exact rounding, for GCC",
  inputs = { "gmp", "mpfr" },
  env = { CFLAGS = "-O1" },
  configure = {
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--disable-shared",
  },
  limits = { time = 3600 },
}
