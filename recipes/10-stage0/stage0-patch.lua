-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes the changes of unified diffs, strictly: each must fit at the very line it names.
local cc1 = lib "cc1"

local steps = {}
cc1(steps, out "bin/patch", { "tools/patch.c", "tools/tool.c" })

return recipe {
  name = "stage0-patch",
  version = "1",
  summary = "makes the changes of our patch files, compiled by cc1",
  license = "GPL-3.0-or-later",
  sources = {
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
    { tree "../../bootstrap/tools", as = "tools" },
  },
  inputs = { "asm", "cc1" },
  dirs = { "bin" },
  steps = steps,
}
