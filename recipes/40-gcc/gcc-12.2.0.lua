-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_12" {
  name = "gcc",
  summary = "GNU C and C++ compilers, compiled by themselves",
  toolchain = "gcc-12-stage2",
}
