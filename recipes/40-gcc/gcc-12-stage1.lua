-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_12" {
  name = "gcc-12-stage1",
  summary = "GNU C and C++ compilers, compiled by GCC 10",
  toolchain = "gcc-10-stage1",
}
