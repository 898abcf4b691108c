-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: our TinyCC, compiled by some C compiler that takes tcc's options. Takes the fields of a
-- recipe but for steps, and:
--
--   cc     words of the compiler command; -nostdinc and -I are added
--
-- The result depends on nothing but the sources as soon as CC is such a tcc itself. It is linked with
-- our own small C library; it compiles for musl, which it looks for at its fixed place.

local tcc_patches = lib "tcc_patches"

local libc = {
  "start", "syscall", "malloc", "string", "stdio", "printf", "stdlib", "wide", "dirent",
}

local config = [[
#define TCC_VERSION "0.9.27"
#define CONFIG_TCCDIR "/opt/boot-hurd/tcc-0.9.27/lib/tcc"
#define CONFIG_TCC_SYSINCLUDEPATHS "/opt/boot-hurd/musl-1.2.3/include:{B}/include"
#define CONFIG_TCC_LIBPATHS "/opt/boot-hurd/musl-1.2.3/lib"
#define CONFIG_TCC_CRTPREFIX "/opt/boot-hurd/musl-1.2.3/lib"
]]

return function(package)
  local r, steps = merge(package), {}
  local cc = r.cc
  r.cc = nil

  local function run(command, ...)
    steps[#steps + 1] = concat(command, { ... })
  end
  local function compile(to, from, ...)
    run(cc, "-nostdinc", "-Ilibc/include", ..., "-c", "-o", to, from)
  end
  local objects = { "i386.o" }
  local function link(to, ...)
    steps[#steps + 1] = concat(cc, { "-nostdlib", "-static", "-o", to, ... }, objects)
  end

  run(cc, "-c", "-o", "i386.o", "libc/i386.S")
  for _, f in ipairs(libc) do
    compile(f .. ".o", "libc/" .. f .. ".c", "-I.")
    objects[#objects + 1] = f .. ".o"
  end
  compile("libtcc1.o", "tcc/lib/libtcc1.c", "-I.")
  objects[#objects + 1] = "libtcc1.o"

  for _, f in ipairs { "tool", "patch", "cp" } do
    compile(f .. ".o", "tools/" .. f .. ".c", "-I.")
  end
  link("patch", "patch.o", "tool.o")
  link("cp", "cp.o", "tool.o")
  run({ "./patch", "tcc" }, table.unpack(tcc_patches.files))

  run(cc, "-nostdinc", "-Ilibc/include", "-I.", "-DONE_SOURCE=1", "-U__i386__",
    "-DTCC_TARGET_I386=1", "-DCONFIG_TCC_STATIC=1", "-c", "-o", "tcc.o", "tcc/tcc.c")
  link(out "bin/tcc", "tcc.o")
  for _, f in ipairs { "alloca86", "alloca86-bt" } do
    run(cc, "-c", "-o", f .. ".o", "tcc/lib/" .. f .. ".S")
  end
  run(cc, "-c", "-o", "dsohandle.o", "tcc/lib/dsohandle.c")
  run({ out "bin/tcc" }, "-ar", "rc", out "lib/tcc/libtcc1.a", "libtcc1.o", "alloca86.o",
    "alloca86-bt.o", "dsohandle.o")
  run { "./cp", "-r", "tcc/include", out "lib/tcc/include" }

  r.version = "0.9.27"
  r.sources = concat(r.sources, {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
      sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" },
    { tree "../../bootstrap/libc", as = "libc" },
    { tree "../../bootstrap/tools", as = "tools" },
    tcc_patches.source,
    text("config.h", config),
  })
  r.dirs = { "bin", "lib/tcc" }
  r.steps = steps
  r.homepage = "https://bellard.org/tcc/"
  r.license = "LGPL-2.1-or-later"
  return recipe(r)
end
