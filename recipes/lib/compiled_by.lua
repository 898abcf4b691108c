-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes a build style, gnu_build with the inputs TOOLS (a compiler, binutils and a C library called
-- libc) and for the machine TRIPLET. The style takes gnu_build's fields, and adds to them.
local gnu_build = lib "gnu_build"

return function(tools, triplet)
  return function(package)
    local r = merge(package)
    r.inputs = concat(r.inputs, tools, { "dash", "busybox", "make" })
    r.shell = "dash"
    r.prepare = lib "shell_paths" .. (r.prepare or "")
    r.env = merge({ CC = "gcc" }, r.env, { SHELL = input_path "dash/bin/sh" })
    if r.configure ~= false then
      r.configure = concat({ "--build=" .. triplet, "--host=" .. triplet }, r.configure)
    end
    return gnu_build(r)
  end
end
