-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What comes with toolchain = NAME, the recipe of a C compiler: a function of NAME that returns
--
--   inputs    the compiler, its assembler and linker, and the C library, as libc
--   triplet   the machine that configure is told of
--   env       environment that programs are made with
local libc = { "musl-gcc", as = "libc" }

return function(name)
  if name == "gcc-3.4.6" then
    return { inputs = { name, "binutils-2.16.1", libc }, triplet = "i686-pc-linux-gnu", env = {} }
  end
  -- GCC 10 and newer: programs are static.
  return {
    inputs = { name, "binutils-2.40", libc }, triplet = "i686-pc-linux-musl",
    env = { LDFLAGS = "-static" },
  }
end
