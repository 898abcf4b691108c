-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style of 50-tools: gnu_build with the final GCC 12, binutils 2.40 and musl; programs are static.
-- Takes gnu_build's fields, adds the inputs, and:
--
--   toolchain  recipe of the compiler; default: that of lib "native_gcc"
local gcc_user = lib "gcc_user"

return function(package)
  local r = merge({ limits = { time = 3600 } }, package)
  r.compiler = r.toolchain or lib "native_gcc"
  r.toolchain = nil
  r.env = merge({ CFLAGS = "-O2" }, r.env)
  return gcc_user(r)
end
