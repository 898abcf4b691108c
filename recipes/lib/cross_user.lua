-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: gnu_build by a cross compiler, for TARGET, a row of lib "cross". CC is the cross compiler;
-- what must run in the build is compiled by the native GCC (CC_FOR_BUILD). Takes gnu_build's fields, adds the
-- inputs, and:
--
--   compiler   recipe of the cross compiler; default: the final one
--   sysroot    recipe that stands where the compiler looks for headers and libraries; default: the
--              target's sysroot; false: none
local gnu_build = lib "gnu_build"

return function(target, package)
  local t, r = target.triplet, merge(package)
  r.inputs = concat(r.inputs, { r.compiler or target.gcc, target.binutils }, lib "toolchains"(lib "native_gcc").inputs)
  if r.sysroot ~= false then
    r.inputs = concat(r.inputs, { r.sysroot or target.sysroot })
  end
  r.compiler, r.sysroot = nil, nil
  r.shell = "dash"
  r.prepare = lib "shell_paths" .. (r.prepare or "")
  r.env = merge({ CC = t .. "-gcc", CFLAGS = "-O2 -g0", CC_FOR_BUILD = "gcc -static" }, r.env,
    { SHELL = input_path "dash/bin/sh" })
  if r.configure ~= false then
    r.configure = concat({ "--build=i686-pc-linux-musl", "--host=" .. t }, r.configure)
  end
  r.limits = r.limits or { time = 2 * 3600 }
  return gnu_build(r)
end
