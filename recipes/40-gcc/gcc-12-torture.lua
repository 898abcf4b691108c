-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_torture" {
  name = "gcc-12-torture",
  version = "12.2.0",
  compiler = "gcc-12-stage1",
  source = {
    debian "g/gcc-12/gcc-12_12.2.0.orig.tar.gz", as = "gcc", nested = "gcc-12.2.0-dfsg.tar.xz",
    sha256 = "b8298be16aeeb96a889c6afed0a8e2241b47452e89cc81fe65ea849d5c740fcb",
  },
}
