-- SPDX-License-Identifier: GPL-3.0-or-later
local byacc = lib "byacc"

return lib "toolchain".each("byacc", function(stage)
  return stage.script(merge(byacc("$CC $CFLAGS $LDFLAGS", "      "), { summary = "parser generator" }))
end)
