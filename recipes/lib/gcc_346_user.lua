-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: gnu_build with GCC 3.4.6 and musl. Takes its fields; adds the inputs.
local gnu_build = lib "gnu_build"

return function(package)
  local r = {}
  for k, v in pairs(package) do
    r[k] = v
  end
  local inputs = r.inputs or {}
  for _, i in ipairs {
    "gcc-3.4.6", "binutils-2.16.1", { "musl-gcc", as = "libc" }, "dash", "busybox", "make",
  } do
    inputs[#inputs + 1] = i
  end
  r.inputs = inputs
  r.shell = "dash"
  r.prepare = lib "shell_paths" .. (r.prepare or "")
  r.env = r.env or {}
  r.env.SHELL = input_path "dash/bin/sh"
  r.env.CC = r.env.CC or "gcc"
  local configure = { "--build=i686-pc-linux-gnu", "--host=i686-pc-linux-gnu" }
  for _, c in ipairs(r.configure or {}) do
    configure[#configure + 1] = c
  end
  r.configure = configure
  return gnu_build(r)
end
