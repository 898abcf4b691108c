-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "gnu_build"

return build {
  name = "mpfr",
  from = "mpfr-4.2.0",
  toolchain = "gcc-3.4.6",
  summary = "floating-point arithmetic with exact rounding, for GCC",
  inputs = { "gmp" },
  env = { CFLAGS = "-O1" },
  configure = {
    "--with-gmp=" .. input_path "gmp-6.2.1", "--disable-shared", "--disable-thread-safe",
  },
  limits = { time = 3600 },
}
