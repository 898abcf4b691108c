-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 12.2 compiled by GCC 10.2. Not optimised, to save time here: it is there to compile itself.
return lib "gcc_12" {
  name = "gcc-12-stage1",
  summary = "GNU C and C++ compilers, compiled by GCC 10",
  compiler = "gcc-10-stage1",
  optimise = "-O0",
}
