-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style of 50-tools: gnu_build with the final GCC 12 (lib "native_gcc") for a toolchain, unless the recipe
-- names another.
local gnu_build = lib "gnu_build"

return function(package)
  local defaults = { toolchain = lib "native_gcc", limits = { time = 3600 } }
  return gnu_build(merge(defaults, package, { env = merge({ CFLAGS = "-O2" }, package.env) }))
end
