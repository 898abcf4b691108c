-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: gnu_build with a GCC newer than 3.4.6, binutils 2.40 and musl; programs are static. Takes
-- its fields, adds the inputs, and:
--
--   compiler   recipe of the compiler; default: gcc-10-stage1
local compiled_by = lib "compiled_by"

return function(package)
  local r = merge(package)
  local tools = { r.compiler or "gcc-10-stage1", "binutils-2.40", { "musl-gcc", as = "libc" } }
  r.compiler = nil
  r.env = merge({ LDFLAGS = "-static" }, r.env)
  return compiled_by(tools, "i686-pc-linux-musl")(r)
end
