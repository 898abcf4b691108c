-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 12.2, C and C++. All stages are configured alike and for the same place, so that their
-- bits can be compared. Takes the fields of a recipe but for the build's, and:
--
--   toolchain  recipe of the compiler that compiles it
local build, gcc = lib "gnu_build", lib "gcc_newer"

return function(package)
  return build(merge(gcc.gcc_12, package, {
    inputs = { "gmp", "mpfr", "mpc" },
    prepare = gcc.prepare_12 "/opt/boot-hurd/libc",
    prefix = "/opt/boot-hurd/gcc-12.2.0",
    env = merge({ CXX = "g++", CFLAGS = "-O1", CXXFLAGS = "-O1" }, gcc.target_flags),
    configure = concat(gcc.configure, gcc.configure_12),
    install = concat({ "prefix=" .. out "" }, gcc.gcc_12.install),
    limits = { time = 6 * 3600 },
  }))
end
