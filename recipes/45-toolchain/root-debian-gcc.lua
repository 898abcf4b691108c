-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The root "debian-gcc": Debian's GCC 12 for i386 and what it needs.
local debian_root = lib "debian_root"

local programs = {}
for to, from in pairs {
  gcc = "gcc-12", ["g++"] = "g++-12", cpp = "cpp-12",
} do
  programs["bin/" .. to] = "bin/i686-linux-gnu-" .. from
end
for _, name in ipairs { "cc1", "cc1plus", "collect2", "lto-wrapper" } do
  local path = "lib/gcc/i686-linux-gnu/12/" .. name
  programs[path] = path
end

return debian_root.root {
  name = "root-debian-gcc",
  summary = "Debian's GCC 12 for i386, taken on trust to be compared with the seed's",
  debs = {
    { "g/gcc-12/gcc-12_12.2.0-14+deb12u1_i386.deb",
      "3a2212282f6f03ae421afb6e95184c0d913726fa32846bdf1a6e3dfea3a36344" },
    { "g/gcc-12/g++-12_12.2.0-14+deb12u1_i386.deb",
      "36b5f7e7e69c51b2d54a12dc12b929f3f75a70bffe119ceeb004044180f0ede3" },
    { "g/gcc-12/cpp-12_12.2.0-14+deb12u1_i386.deb",
      "6b05ff1120a03ded869e6ac0f7bab01b0dacd9c096c5ea361b53d55155cd4982" },
    { "g/gmp/libgmp10_6.2.1+dfsg1-1.1_i386.deb",
      "996d31008cebdda7acb16431b70b8c2021fd0da544ec643597b172b6a7707e48" },
    { "m/mpfr4/libmpfr6_4.2.0-1_i386.deb",
      "6fe6a6a9c1e8cc2e54aa4651e7957257b362ce9faa9ba4592b35a54270f277be" },
    { "m/mpclib3/libmpc3_1.3.1-1_i386.deb",
      "58a18ad7d49fbf982a4c69d5dc5ff5f8f94120d6fbd88085658ac11d3e466faa" },
    { "i/isl/libisl23_0.25-1.1_i386.deb",
      "0222c65b298e7660dd8bac1f2ea60083966ad2bd87b30eb098adc21b83b13cd8" },
  },
  programs = programs,
  compile = [[
    $run $out/lib/gcc/i686-linux-gnu/12/cc1 -quiet -ffreestanding -O1 -fno-pie -fno-stack-protector -fcf-protection=none \
      -o start.s debian-start.c
    $run $out/bin/i686-linux-gnu-as --32 -o start.o start.s
  ]],
}
