-- SPDX-License-Identifier: GPL-3.0-or-later
local flex = lib "m4_flex".flex

return lib "toolchain".each("flex", function(stage)
  return stage.gnu(merge(flex, {
    summary = "scanner generator",
    inputs = stage.inputs "m4",
    env = { CPPFLAGS = "-D_GNU_SOURCE" },
  }))
end)
