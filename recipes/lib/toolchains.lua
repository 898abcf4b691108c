-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What comes with toolchain = NAME, the recipe of a C compiler, or "toolchain", that of 45-toolchain: a function of
-- NAME that returns
--
--   inputs    the compiler, its assembler and linker, the C library, dash, busybox and make
--   triplet   the machine that configure is told of
--   env       environment that programs are made with
local libc = { "musl-gcc", as = "libc" }
local drivers = { "dash", "busybox", "make" }

return function(name)
  -- Before there is an assembler: tcc has its own, and is its own archiver.
  if name == "tcc" then
    return {
      inputs = concat({ "tcc", "musl" }, drivers), triplet = "i686-pc-linux-gnu",
      env = { CC = "tcc", AR = "tcc -ar", RANLIB = "true" },
    }
  end
  if name == "gcc-3.4.6" then
    return {
      inputs = concat({ name, "binutils-2.16.1", libc }, drivers), triplet = "i686-pc-linux-gnu", env = {},
    }
  end
  -- GCC 10 and newer: programs are static.
  local r = { triplet = "i686-pc-linux-musl", env = { LDFLAGS = "-static" } }
  r.inputs = name == "toolchain" and lib "toolchain".tools()
    or concat({ name, "binutils-2.40", libc }, drivers)
  return r
end
