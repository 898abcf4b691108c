-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_12" {
  name = "gcc-12-stage2",
  summary = "GNU C and C++ compilers, compiled by the same version that GCC 10 compiled",
  toolchain = "gcc-12-stage1",
}
