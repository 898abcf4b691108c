-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 12.2, C and C++. All stages are configured alike and for the same place, so that their
-- bits can be compared. Takes the fields of a recipe but for the build's, and:
--
--   toolchain  recipe of the compiler that compiles it
local build, newer, files = lib "gnu_build", lib "gcc_newer", lib "gcc_files".gcc_12

return function(package)
  local r = merge(package)
  r.version = "12.2.0"
  r.homepage = "https://gcc.gnu.org/"
  r.license = "GPL-3.0-or-later"
  r.sources = { newer.gcc_12 }
  r.inputs = { "gmp", "mpfr", "mpc" }
  r.dir = "gcc"
  r.build_dir = "build"
  r.prepare = newer.prepare_12 "/opt/boot-hurd/libc"
  r.prefix = "/opt/boot-hurd/gcc-12.2.0"
  r.env = merge({ CXX = "g++", CFLAGS = "-O1", CXXFLAGS = "-O1" }, newer.target_flags)
  r.configure = concat(newer.configure, newer.configure_12)
  r.make = { "MAKEINFO=true" }
  r.targets = newer.targets_12
  r.install = concat({ "prefix=" .. out "" }, newer.install_12)
  r.limits = { time = 6 * 3600 }
  r.pregenerated = files.pregenerated
  r.generated_unused = files.unused
  return build(r)
end
