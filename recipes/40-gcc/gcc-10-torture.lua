-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_torture" {
  name = "gcc-10-torture",
  version = "10.2.0",
  compiler = "gcc-10-stage1",
  source = {
    debian "g/gcc-10/gcc-10_10.2.1.orig.tar.xz", as = "gcc", nested = "gcc-10.2.0-dfsg.tar.xz",
    sha256 = "ea3c05faa381486e6b859c047dc14977418bf1ccda4567064e016493fd6fffec",
  },
}
