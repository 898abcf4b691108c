-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("mpc", function(stage)
  return stage.gnu {
    from = "mpc-1.3.1",
    summary = "complex arithmetic with exact rounding, for GCC",
    inputs = stage.inputs("gmp", "mpfr"),
    configure = {
      "--with-gmp=" .. input_path(stage.at "gmp"), "--with-mpfr=" .. input_path(stage.at "mpfr"),
      "--disable-shared",
    },
  }
end)
