-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("mpfr", function(stage)
  return stage.gnu {
    from = "mpfr-4.2.0",
    summary = "floating-point arithmetic with exact rounding, for GCC",
    inputs = stage.inputs "gmp",
    configure = {
      "--with-gmp=" .. input_path(stage.at "gmp"), "--disable-shared", "--disable-thread-safe",
    },
  }
end)
