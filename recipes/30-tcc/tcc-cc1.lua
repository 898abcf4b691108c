-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A short road from the seed: TinyCC compiled by cc1, then by itself. From the second compilation on its
-- bits must be those of every other road.
local cc1 = lib "cc1"
local tcc_stage = lib "tcc_stage"
local tcc_patches = lib "tcc_patches"

local steps = { concat({ "patch", "tcc" }, tcc_patches.files) }
cc1(steps, out "bin/tcc", { "tcc/tcc.c" }, {
  "-I", ".", "-D", "ONE_SOURCE=1", "-U", "__i386__", "-D", "TCC_TARGET_I386=1",
  "-D", "CONFIG_TCC_STATIC=1",
})
steps[#steps + 1] = { "cp", "-r", "tcc/include", out "lib/tcc/include" }

local first = recipe {
  name = "tcc-cc1",
  version = "0.9.27",
  summary = "TinyCC compiled by cc1",
  homepage = "https://bellard.org/tcc/",
  license = "LGPL-2.1-or-later",
  sources = {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
      sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" },
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
    tcc_patches.source,
    text("config.h", '#define TCC_VERSION "0.9.27"\n#define CONFIG_TCCDIR "/opt/boot-hurd/tcc-boot/lib/tcc"\n'),
  },
  inputs = { "asm", "cc1", "stage0-patch", "stage0-tools" },
  dirs = { "bin", "lib/tcc" },
  steps = steps,
}

local again = tcc_stage {
  name = "tcc-cc1-again",
  summary = "TinyCC compiled by the one that cc1 compiled",
  part = "tcc", root = "seed",
  inputs = { { "tcc-cc1", as = "tcc-boot" } },
  cc = { input_path "tcc-boot/bin/tcc", "-B" .. input_path "tcc-boot/lib/tcc" },
}

return { first, again }
