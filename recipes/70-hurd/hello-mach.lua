-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Proof of the cross compiler and of MIG without any source of the Hurd: a task that is nothing but its own
-- code and stubs by MIG, to be booted by tests/boot/hello-mach.t on the kernel of Debian's binary package.
-- That kernel is not part of the road from the seed: it is the other side that must understand.
local script, target = lib "script", lib "cross".targets[1]

return script {
  name = "hello-mach",
  summary = "a task for the bare kernel, and a kernel of Debian's to boot it",
  homepage = "https://www.gnu.org/software/hurd/microkernel/mach/gnumach.html",
  license = "GPL-3.0-or-later",
  sources = {
    { tree "hello", as = "hello" },
    { debian "g/gnumach/gnumach-image-1.8-486_1.8+git20221224-2_i386.deb", as = "kernel",
      sha256 = "165e337f9ac52a8d61af58daa729a20aee6d4063b0b3c94597057f0a0d9dbfb7" },
  },
  inputs = { target.gcc_stage1, target.binutils, target.mig, target.mach_headers, "dash", "busybox" },
  shell = "dash",
  dir = "hello",
  args = { target.triplet, input_path(target.mach_headers .. "/include") },
  text = [[
    for interface in device/device mach/mach mach/mach_host; do
      name=${interface##*/}
      $1-mig -I$2 -user ${name}_user.c -header $name.h -server /dev/null -sheader /dev/null \
        $2/$interface.defs
    done
    options="-std=gnu11 -O2 -ffreestanding -fno-stack-protector -I. -I$2"
    for source in *_user.c; do
      $1-gcc $options -w -c $source
    done
    for source in hello.c support.c traps.S; do
      $1-gcc $options -Wall -Wextra -Werror -c $source
    done
    mkdir $out/boot
    $1-gcc -nostdlib -static -o $out/boot/hello *.o -lgcc
    gzip -dc ../kernel/boot/gnumach-1.8-486.gz >$out/boot/gnumach
  ]],
}
