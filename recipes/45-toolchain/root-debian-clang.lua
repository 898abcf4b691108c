-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The root "debian-clang": Debian's clang 14 for i386 and what it needs; no program of GCC. Its C++ library
-- and the few functions that programs get linked with are those of GCC (libstdc++, libgcc).
local debian_root = lib "debian_root"

return debian_root.root {
  name = "root-debian-clang",
  summary = "Debian's clang 14 for i386, taken on trust to be compared with the seed's",
  debs = {
    { "l/llvm-toolchain-14/clang-14_14.0.6-12_i386.deb",
      "d23d51aa27c666e4799ae6575285d87b7227d7568a614e3e85f3065c691b35f9" },
    { "l/llvm-toolchain-14/libclang-cpp14_14.0.6-12_i386.deb",
      "c998183f25a8f00e87158ed79d8cc78e284e92f6341ccb58403340a7f8863dac" },
    { "l/llvm-toolchain-14/libllvm14_14.0.6-12_i386.deb",
      "7c0f4cc47666c9157409090f607399eaac5d8b99527d8af87044c9194a7958c1" },
    { "l/llvm-toolchain-14/libclang-common-14-dev_14.0.6-12_all.deb",
      "838781bfc798bcbdca68516db6546cf83677078efa57851bb957c19e265de7c6" },
    { "g/gcc-12/libatomic1_12.2.0-14+deb12u1_i386.deb",
      "4c9e99e98b0372160ffcb6ee2548ca2a8e007283b08df3395f0eeca0d2288361" },
    { "libe/libedit/libedit2_3.1-20221030-2_i386.deb",
      "e8b738e18c73a6661601452f9689babbee2f524491a15154cbda606b7857b6f8" },
    { "n/ncurses/libtinfo6_6.4-4_i386.deb",
      "d6de1d8daeadda8ba57f86d42273919fba9e57f699036b7c51062d91778f4a16" },
    { "libb/libbsd/libbsd0_0.11.7-2_i386.deb",
      "527d1696a70421227c3de01a82a3eceaeb9f78a927eac0d8a1b41924199bf48b" },
    { "libm/libmd/libmd0_1.0.4-2_i386.deb",
      "5416c6fcbfb73c21d1e7bf1aeeb3d7efc1d6cf7274c2332ec9d5648d04e5d0ca" },
    { "libf/libffi/libffi8_3.4.4-1_i386.deb",
      "21b4d7de1cea73aa8d594106e473c1c6b6f33fd11cb66af5db35f9317f5f9a60" },
    { "libx/libxml2/libxml2_2.9.14+dfsg-1.3~deb12u6_i386.deb",
      "56e525a42ebec9e88ebcbf352c72d98dc0536557dc3459fce97f3e28d8ec89df" },
    { "i/icu/libicu72_72.1-3+deb12u1_i386.deb",
      "4c64bdd09608dfa525f41f5988f371c32a88eab33da425c83a6d41d5b4c95501" },
    { "x/xz-utils/liblzma5_5.4.1-1+deb12u1_i386.deb",
      "5b3fb8a53da0f5b1ec1181be94d39a8508db02465ec4421df12ad4c0d76924f3" },
    { "z/z3/libz3-4_4.8.12-3.1_i386.deb",
      "e8836fe68ad6165e22b215a18a07305a92ef30b86f4cc544052543033d0e3b0a" },
  },
  programs = {
    ["bin/clang"] = "lib/llvm-14/bin/clang",
  },
  compile = [[
    $run $out/lib/llvm-14/bin/clang --target=i686-linux-gnu -ffreestanding -O1 -fno-pie -c -o start.o debian-start.c
  ]],
}
