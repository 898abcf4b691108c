-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver. Round 0 is configured as the chain's, for the same machine.
local binutils = lib "binutils_240"

return lib "toolchain".each("binutils", function(stage)
  return stage.gnu(binutils.by_flex {
    summary = "assembler, linker and archiver",
    inputs = stage.inputs("m4", "flex"),
    target = "i686-pc-linux-musl",
  })
end)
