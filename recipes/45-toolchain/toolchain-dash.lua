-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("dash", function(stage)
  return stage.gnu {
    version = "0.5.12",
    summary = "shell",
    homepage = "http://gondor.apana.org.au/~herbert/dash/",
    license = "BSD-3-Clause",
    sources = {
      { debian "d/dash/dash_0.5.12.orig.tar.gz", as = "dash",
        sha256 = "6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a" },
    },
    finish = "ln -s dash $out/bin/sh",
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in",
    },
  }
end)
