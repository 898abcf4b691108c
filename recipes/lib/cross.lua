-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The targets of the cross toolchain, and what its recipes have in common. A target is a row:
--
--   triplet       its GNU name
--   machine       the folder of its headers in GNU Mach (mach/MACHINE)
--   kernel        the folder of that machine in GNU Mach's source
--   word          bytes of a machine word, which MIG's stubs must have
--   mach_package  GNU Mach's headers as a binary package, and mach_package_dir, their folder in it
--   emulation     what T-ld calls the target's format
--   loader        what glibc's programs name as their loader, and what glibc calls it
--
-- and, of each, the recipes for it: binutils; gcc_stage1, which compiles its C library, and gcc; mig;
-- mach_headers, of that package, and kernel_headers, of the kernel's source; sysroot.
local M = {}

M.targets = {
  {
    triplet = "i586-pc-gnu",
    machine = "i386",
    kernel = "i386",
    word = 4,
    mach_package = {
      debian "g/gnumach/gnumach-dev_1.8+git20250702-1_i386.deb", as = "package",
      sha256 = "85be6ef6e833242712a7f0a25d558e9e2bbb078ac9e00b0c974279317d0e5f15",
    },
    mach_package_dir = "include/i386-linux-gnu",
    emulation = "elf_i386",
    loader = { "ld.so", "ld.so.1" },
  },
}

for _, target in ipairs(M.targets) do
  local t = target.triplet
  target.binutils = "binutils-" .. t .. "-2.40"
  target.gcc_stage1 = "gcc-" .. t .. "-stage1-12.2.0"
  target.gcc = "gcc-" .. t .. "-12.2.0"
  target.mig = "mig-" .. t .. "-1.8+git20231217"
  target.mach_headers = "mach-headers-" .. t .. "-1.8+git20250702"
  target.kernel_headers = "mach-headers-" .. t .. "-1.8+git20261028"
  target.sysroot = "sysroot-" .. t
end

-- A list of recipes: MAKE(target) for each target.
function M.each(make)
  local recipes = {}
  for _, target in ipairs(M.targets) do
    recipes[#recipes + 1] = make(target)
  end
  return recipes
end

-- Where the target's C library and headers stand, in every build that compiles for it. Compilers have this
-- place built in.
function M.sysroot(target)
  return "/opt/boot-hurd/" .. target.sysroot
end

return M
