-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The C library; static, as everything here is.
return lib "toolchain".each("musl", function(stage)
  return stage.gnu {
    version = "1.2.3",
    summary = "C library for Linux",
    homepage = "https://musl.libc.org/",
    license = "MIT",
    sources = {
      { debian "m/musl/musl_1.2.3.orig.tar.gz", as = "musl",
        sha256 = "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4" },
    },
    env = { AR = "ar", RANLIB = "ranlib" },
    triplet = false,
    configure = { "--target=i386", "--disable-shared", "--disable-gcc-wrapper" },
  }
end)
