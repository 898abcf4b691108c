-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The C library; static, as everything here is.
return lib "toolchain".each("musl", function(stage)
  return stage.gnu {
    from = "musl-1.2.3",
    summary = "C library for Linux",
    env = { AR = "ar", RANLIB = "ranlib" },
    triplet = false,
    configure = { "--target=i386", "--disable-shared", "--disable-gcc-wrapper" },
  }
end)
