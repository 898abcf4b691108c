-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The targets of the cross toolchain, and what its recipes have in common. A target is a row:
--
--   triplet       its GNU name
--   machine       the folder of its headers in GNU Mach (mach/MACHINE)
--   kernel        the folder of that machine in GNU Mach's source
--   word          bytes of a machine word, which MIG's stubs must have
--   mach_headers  GNU Mach's headers as a binary package, and their folder in it
--   emulation     what T-ld calls the target's format
--   loader        what glibc's programs name as their loader, and what glibc calls it
local M = {}

-- One source each for headers and programs.
M.gnumach = {
  debian "g/gnumach/gnumach_1.8+git20261028.orig.tar.xz", as = "gnumach",
  sha256 = "017b14b420abdc3c22e350fc64cfe8eaddc0f81ba027ad1c42a6c0a850ed2d51",
}
M.hurd = {
  debian "h/hurd/hurd_0.9.git20261028.orig.tar.bz2", as = "hurd",
  sha256 = "2a17feadadf1d1cd632c446bac259acedd1c1e1bcea786c0d2118bf9d008bd27",
}

M.targets = {
  {
    triplet = "i586-pc-gnu",
    machine = "i386",
    kernel = "i386",
    word = 4,
    mach_headers = {
      debian "g/gnumach/gnumach-dev_1.8+git20250702-1_i386.deb", as = "package",
      sha256 = "85be6ef6e833242712a7f0a25d558e9e2bbb078ac9e00b0c974279317d0e5f15",
    },
    mach_headers_dir = "include/i386-linux-gnu",
    emulation = "elf_i386",
    loader = { "ld.so", "ld.so.1" },
  },
}

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
  return "/opt/boot-hurd/sysroot-" .. target.triplet
end

return M
