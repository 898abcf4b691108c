-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "gcc_torture" { name = "gcc-12-torture", from = "gcc-12.2.0", compiler = "gcc-12.2.0" }
