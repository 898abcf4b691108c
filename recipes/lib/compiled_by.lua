-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes a build style, gnu_build with the inputs TOOLS (a compiler, binutils and a C library called
-- libc) and for the machine TRIPLET. The style takes gnu_build's fields, and adds to them.
local gnu_build = lib "gnu_build"

return function(tools, triplet)
  return function(package)
    local r = {}
    for k, v in pairs(package) do
      r[k] = v
    end
    local inputs = r.inputs or {}
    for _, list in ipairs { tools, { "dash", "busybox", "make" } } do
      for _, i in ipairs(list) do
        inputs[#inputs + 1] = i
      end
    end
    r.inputs = inputs
    r.shell = "dash"
    r.prepare = lib "shell_paths" .. (r.prepare or "")
    r.env = r.env or {}
    r.env.SHELL = input_path "dash/bin/sh"
    r.env.CC = r.env.CC or "gcc"
    local configure = { "--build=" .. triplet, "--host=" .. triplet }
    for _, c in ipairs(r.configure or {}) do
      configure[#configure + 1] = c
    end
    r.configure = configure
    return gnu_build(r)
  end
end
