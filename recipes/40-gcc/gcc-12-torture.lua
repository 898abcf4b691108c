-- SPDX-License-Identifier: GPL-3.0-or-later
local files = lib "gcc_files"

return lib "gcc_torture" {
  name = "gcc-12-torture",
  version = "12.2.0",
  compiler = "gcc-12.2.0",
  source = lib "gcc_newer".gcc_12,
  unused = files.none(files.gcc_12),
}
