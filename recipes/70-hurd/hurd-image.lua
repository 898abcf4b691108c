-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The disk that boots: $out/disk.img. What stands in it is said by image/layout, line by line; the files of our
-- own are in image/root. image/assemble.sh, make-ext2.sh and disk.sh carry it out.
local script, target = lib "script", lib "cross".targets[1]

return script {
  name = "hurd-image",
  version = "0.1",
  summary = "bootable disk with GNU Mach and the Hurd",
  homepage = "https://www.gnu.org/software/hurd/",
  license = "GPL-3.0-or-later AND others",
  sources = { { tree "image", as = "image" } },
  inputs = {
    { "gnumach", as = "kernel" }, { "hurd", as = "hurd" }, { "glibc-" .. target.triplet, as = "libc" },
    { target.sysroot, as = "sysroot" }, { "hurd-dash", as = "hurd-dash" }, { "hurd-gawk", as = "hurd-gawk" },
    { "hurd-tcc", as = "hurd-tcc" }, { "hurd-libgcrypt", as = "hurd-libgcrypt" },
    { "hurd-busybox", as = "hurd-busybox" }, { "hurd-e2fsprogs", as = "hurd-e2fsprogs" },
    "grub", "e2fsprogs", "dash", "busybox",
  },
  shell = "dash",
  text = [[
    sh image/assemble.sh image/layout image/root /opt/boot-hurd root
    sh image/make-ext2.sh root 68757264-0000-4000-8000-000000000001 127 root.ext2
    sh image/disk.sh root.ext2 ]] .. input_path "grub-2.06" .. [[ $out/disk.img
    ls -l $out/disk.img
    du -sk root
  ]],
}
