-- SPDX-License-Identifier: GPL-3.0-or-later
local m4 = lib "m4_flex".m4

return lib "toolchain".each("m4", function(stage)
  return stage.gnu(merge(m4, { summary = "macro processor, for flex" }))
end)
