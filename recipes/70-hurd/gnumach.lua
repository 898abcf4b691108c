-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The microkernel, with the drivers that qemu needs: IDE, floppy, NE2000.
local build, target, mig_words = lib "hurd_user", lib "cross".targets[1], lib "mig_words"
local mig = target.triplet .. "-mig"

return build {
  name = "gnumach", from = "gnumach-1.8+git20261028",
  summary = "the kernel",
  inputs = { target.mig, target.mach_headers, "autoconf", "automake", "m4", "perl" },
  sysroot = false,
  prepare = lib "autoreconf" .. mig_words(target, mig, input_path(target.mach_headers .. "/include")),
  env = { MIG = mig },
  build_dir = "build", prefix = "",
  configure = { "--enable-device-drivers=qemu" },
  make = { "MAKEINFO=:" },
  targets = { { "gnumach" } }, install = false,
  finish = [[
    mkdir $out/boot
    cp gnumach $out/boot
    # A multiboot kernel: the magic number is in the first 8 KiB.
    head -c 8192 gnumach | hexdump -v -e '1/4 "%08x\n"' | grep -qx 1badb002
  ]],
}
