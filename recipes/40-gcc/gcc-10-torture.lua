-- SPDX-License-Identifier: GPL-3.0-or-later
local files = lib "gcc_files"

return lib "gcc_torture" {
  name = "gcc-10-torture",
  version = "10.2.0",
  compiler = "gcc-10-stage1",
  source = lib "gcc_newer".gcc_10,
  unused = files.none(files.gcc_10),
}
