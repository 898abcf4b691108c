-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The microkernel, with the drivers that qemu needs: IDE, floppy, NE2000.
local build, cross, mig_words = lib "hurd_user", lib "cross", lib "mig_words"

local target = cross.targets[1]
local mig = "mig-" .. target.triplet .. "-1.8+git20231217"
local headers = "mach-headers-" .. target.triplet .. "-1.8+git20250702"

return build {
  name = "gnumach",
  version = "1.8+git20261028",
  summary = "the kernel",
  homepage = "https://www.gnu.org/software/hurd/microkernel/mach/gnumach.html",
  license = "GPL-2.0-or-later AND Mach",
  sources = { cross.gnumach },
  inputs = { mig, headers, "autoconf", "automake", "m4", "perl" },
  sysroot = false,
  build_dir = "build",
  prepare = lib "autoreconf" .. mig_words(target, target.triplet .. "-mig", input_path(headers .. "/include")),
  env = { MIG = target.triplet .. "-mig" },
  prefix = "",
  configure = { "--enable-device-drivers=qemu" },
  make = { "MAKEINFO=:" },
  targets = { { "gnumach" } },
  install = false,
  finish = [[
    mkdir $out/boot
    cp gnumach $out/boot
    # A multiboot kernel: the magic number is in the first 8 KiB.
    head -c 8192 gnumach | hexdump -v -e '1/4 "%08x\n"' | grep -qx 1badb002
  ]],
}
