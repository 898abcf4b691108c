-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC for each target, twice: for C and without a C library, to compile one; then for C and C++, with it.
local gcc, cross = lib "cross_gcc", lib "cross"

local recipes = {}

for _, target in ipairs(cross.targets) do
  local t = target.triplet
  recipes[#recipes + 1] = gcc(target, {
    name = "gcc-" .. t .. "-stage1",
    summary = "GNU C compiler for " .. t .. ", to compile its C library",
    -- With a limits.h where the system's headers are to be, GCC makes one of its own that goes on to the
    -- system's; and its tests of `gcc -E` find what they include.
    prepare = "mkdir -p /build/headers/include\n: >/build/headers/include/limits.h\n",
    configure = {
      "--with-build-sysroot=/build/headers", "--without-headers", "--with-newlib", "--disable-shared",
      "--disable-threads", "--enable-languages=c",
    },
    targets = { { "all-gcc" }, { "all-target-libgcc" } },
    install = { "install-gcc", "install-target-libgcc" },
  })
  recipes[#recipes + 1] = gcc(target, {
    name = "gcc-" .. t,
    summary = "GNU C and C++ compilers for " .. t,
    -- libgcc's list of versions is sorted by a pipe, which needs an awk that knows where the shell is.
    inputs = { target.sysroot, "gawk" },
    -- The tools that its makefiles find in gcc/ are scripts, made from this one.
    prepare = "sed -i \"1s:/bin/sh:$SHELL:\" gcc/exec-tool.in\n",
    configure = {
      "--enable-threads=posix", "--enable-shared", "--disable-libstdcxx-pch",
      "--disable-libstdcxx-filesystem-ts", "--enable-languages=c,c++",
    },
  })
end

return recipes
