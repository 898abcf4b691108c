-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: gnu_build with a GCC newer than 3.4.6, binutils 2.40 and musl; programs are static. Takes
-- its fields, adds the inputs, and:
--
--   compiler   recipe of the compiler; default: gcc-10-stage1
local gnu_build = lib "gnu_build"

return function(package)
  local r = {}
  for k, v in pairs(package) do
    r[k] = v
  end
  local inputs = r.inputs or {}
  for _, i in ipairs {
    r.compiler or "gcc-10-stage1", "binutils-2.40", { "musl-gcc", as = "libc" }, "dash", "busybox", "make",
  } do
    inputs[#inputs + 1] = i
  end
  r.inputs, r.compiler = inputs, nil
  r.shell = "dash"
  r.prepare = lib "shell_paths" .. (r.prepare or "")
  r.env = r.env or {}
  r.env.SHELL = input_path "dash/bin/sh"
  r.env.CC = r.env.CC or "gcc"
  r.env.LDFLAGS = r.env.LDFLAGS or "-static"
  local configure = { "--build=i686-pc-linux-musl", "--host=i686-pc-linux-musl" }
  for _, c in ipairs(r.configure or {}) do
    configure[#configure + 1] = c
  end
  r.configure = configure
  return gnu_build(r)
end
