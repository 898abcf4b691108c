-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A disk with programs for the booted system: hello world in C and C++, dynamic and static, and a part of GCC's
-- execution tests; and the libraries of GCC that the C++ one needs, which no program of the image does.
-- tests/boot/login.t mounts it there.
local script, target = lib "script", lib "cross".targets[1]
local t = target.triplet

return script {
  name = "hurd-tests",
  summary = "a disk of test programs for the Hurd",
  license = "GPL-3.0-or-later",
  sources = { file "image/make-ext2.sh" },
  inputs = {
    { "hello-" .. t, as = "hello" }, { "gcc-torture-" .. t, as = "torture" },
    { target.gcc, as = "compiler" }, "e2fsprogs", "dash", "busybox",
  },
  shell = "dash",
  text = [[
    mkdir root root/bin root/lib
    cp /opt/boot-hurd/hello/bin/* /opt/boot-hurd/torture/bin/* root/bin
    cp -r /opt/boot-hurd/torture/programs root/programs
    for library in libgcc_s.so.1 libstdc++.so.6; do
      cp /opt/boot-hurd/compiler/]] .. t .. [[/lib/$library root/lib
    done
    sh make-ext2.sh root 68757264-0000-4000-8000-000000000002 64 $out/disk.img
  ]],
}
