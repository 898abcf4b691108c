-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- For recipes before there is a shell: steps that compile our small tools and other small programs with
-- tcc against our small C library. The sources must have `tree "../../bootstrap/libc"` as libc and
-- `tree "../../bootstrap/tools"` as tools; the programs stand in the build folder.
--
--   tcc_tools(steps, { "replace", "cp" }, { ["musl-headers"] = "musl-headers.c" })

local libc = {
  "start", "syscall", "malloc", "string", "stdio", "printf", "stdlib", "wide", "dirent",
}

return function(steps, tools, programs)
  local function add(...)
    steps[#steps + 1] = { "tcc", ... }
  end
  local function c(to, from)
    add("-nostdinc", "-Ilibc/include", "-c", "-o", to, from)
  end
  local objects = { "libc-i386.o" }
  add("-c", "-o", "libc-i386.o", "libc/i386.S")
  for _, f in ipairs(libc) do
    c("libc-" .. f .. ".o", "libc/" .. f .. ".c")
    objects[#objects + 1] = "libc-" .. f .. ".o"
  end
  objects[#objects + 1] = input_path "tcc/lib/tcc/libtcc1.a"
  local function link(name, ...)
    steps[#steps + 1] = concat({ "tcc", "-nostdlib", "-static", "-o", name, ... }, objects)
  end
  c("tool.o", "tools/tool.c")
  for _, t in ipairs(tools) do
    c(t .. ".o", "tools/" .. t .. ".c")
    link(t, t .. ".o", "tool.o")
  end
  for name, file in pairs(programs or {}) do
    c(name .. ".o", file)
    link(name, name .. ".o")
  end
end
