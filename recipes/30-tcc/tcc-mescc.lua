-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The long road from the seed: TinyCC compiled by mescc, run by Mes. Each of its files is a derivation of
-- its own, so that processors can share the work. The result lacks only the folding of 64-bit and
-- floating-point constants; compiled by itself it has that, too, and compiled once more its bits must be
-- those of every other road.
local m = lib "mescc"
local tcc_stage = lib "tcc_stage"
local tcc_patches = lib "tcc_patches"
local mescc_patches = lib "mescc_patches"

local files = {
  "tcc", "libtcc", "tccpp", "tccgen", "tccelf", "tccasm", "i386-gen", "i386-link", "i386-asm",
}

local config = [[
#include <stdint.h>
typedef unsigned long uint64_t;
typedef long int64_t;
#define TCC_VERSION "0.9.27"
#define CONFIG_TCCDIR "/opt/boot-hurd/tcc-boot/lib/tcc"
]]

local recipes, inputs = {}, {
  "mescc", "mescc-tools", "mes-libc", "mes-libc-tcc", "stage0-patch", "stage0-tools",
}
local source = { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
  sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" }

local objects = { input_path "mes-libc/lib/crt1.o" }
for _, f in ipairs(files) do
  local steps = { concat({ "patch", "tcc" }, mescc_patches.tcc.files) }
  m.compile(steps, f .. ".s", {
    "-D", "inline=", "-D", "TCC_TARGET_I386=1", "-D", "ONE_SOURCE=0", "-D", "CONFIG_TCCBOOT=1",
    "-D", "CONFIG_TCC_STATIC=1", "-I", ".", "-I", "tcc",
  }, { "tcc/" .. f .. ".c" })
  m.assemble(steps, out(f .. ".o"), f .. ".s")
  recipes[#recipes + 1] = recipe {
    name = "tcc-mescc-" .. f,
    version = "0.9.27",
    summary = "a part of TinyCC, compiled by mescc",
    homepage = "https://bellard.org/tcc/",
    license = "LGPL-2.1-or-later",
    sources = { source, mescc_patches.tcc.source, text("config.h", config) },
    inputs = { "mes", "mescc", "mescc-tools", "stage0-patch" },
    env = m.env,
    limits = { time = 3600 },
    steps = steps,
  }
  inputs[#inputs + 1] = "tcc-mescc-" .. f
  objects[#objects + 1] = input_path("tcc-mescc-" .. f .. "/" .. f .. ".o")
end
objects[#objects + 1] = input_path "mes-libc/lib/libc.o"
objects[#objects + 1] = input_path "mes-libc-tcc/lib/libc-tcc.o"

local steps = { concat({ "patch", "tcc" }, tcc_patches.files) }
m.link(steps, out "bin/tcc", objects)
steps[#steps + 1] = { "cp", "-r", "tcc/include", out "lib/tcc/include" }
recipes[#recipes + 1] = recipe {
  name = "tcc-mescc",
  version = "0.9.27",
  summary = "TinyCC compiled by mescc",
  homepage = "https://bellard.org/tcc/",
  license = "LGPL-2.1-or-later",
  sources = { source, tcc_patches.source },
  inputs = inputs,
  dirs = { "bin", "lib/tcc" },
  steps = steps,
}

local function stage(name, by, labels)
  recipes[#recipes + 1] = tcc_stage(merge({
    name = name,
    summary = "TinyCC from mescc, compiled by itself",
    inputs = { { by, as = "tcc-boot" } },
    cc = { input_path "tcc-boot/bin/tcc", "-B" .. input_path "tcc-boot/lib/tcc" },
  }, labels))
end
stage("tcc-mescc-first", "tcc-mescc")
stage("tcc-mescc-again", "tcc-mescc-first", { part = "tcc", root = "seed-mes" })

return recipes
