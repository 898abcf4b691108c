-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Small programs for each target, C and C++, linked dynamically and statically. They run in the booted system;
-- here their kind is looked at, and which libraries they name.
local script, cross = lib "script", lib "cross"

return cross.each(function(target)
  local t = target.triplet
  return script {
    name = "hello-" .. t,
    summary = "C and C++ programs for " .. t .. ", dynamic and static",
    license = "GPL-3.0-or-later",
    sources = { file "hello.c", file "hello.cc" },
    inputs = { target.gcc, target.binutils, target.sysroot, "dash", "busybox" },
    shell = "dash",
    dirs = { "bin" },
    args = { t, target.loader[1], "ELF" .. target.word * 8 },
    text = [[
      $1-gcc -O2 -Wall -Werror -o $out/bin/hello hello.c
      $1-gcc -O2 -Wall -Werror -static -o $out/bin/hello-static hello.c
      $1-g++ -std=c++17 -O2 -Wall -Werror -pthread -o $out/bin/hello++ hello.cc
      $1-g++ -std=c++17 -O2 -Wall -Werror -pthread -static -o $out/bin/hello++-static hello.cc
      for program in hello hello-static hello++ hello++-static; do
        $1-readelf -hld $out/bin/$program >$program.elf
        grep "Class: *$3" $program.elf
      done
      for program in hello hello++; do
        grep "interpreter: /lib/$2]" $program.elf
        grep 'NEEDED.*libc.so.0.3' $program.elf
      done
      for library in libstdc++.so.6 libgcc_s.so.1; do
        grep "NEEDED.*$library" hello++.elf
      done
      for program in hello-static hello++-static; do
        if grep -E 'interpreter|NEEDED' $program.elf; then
          exit 1
        fi
      done
    ]],
  }
end)
