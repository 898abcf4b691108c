-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_torture" { name = "gcc-10-torture", from = "gcc-10.2.0", compiler = "gcc-10-stage1" }
