-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Programs that do what steps need before there is a shell. The last step sees to it that the seed
-- really made itself.
local cc1 = lib "cc1"

local steps = {}
for _, t in ipairs { "catm", "chmod", "cmp", "cp", "ln", "mkdir", "replace", "rm" } do
  cc1(steps, out("bin/" .. t), { "tools/" .. t .. ".c", "tools/tool.c" })
end
steps[#steps + 1] = { out "bin/cmp", "i386/hex0", input_path "hex0/bin/hex0" }

return recipe {
  name = "stage0-tools",
  version = "1",
  summary = "catm, chmod, cmp, cp, ln, mkdir, replace and rm, compiled by cc1",
  license = "GPL-3.0-or-later",
  sources = {
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
    { tree "../../bootstrap/tools", as = "tools" },
  },
  inputs = { "asm", "cc1", { "hex0", as = "hex0" } },
  dirs = { "bin" },
  steps = steps,
}
