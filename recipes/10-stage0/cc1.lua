-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The C compiler: compiled by cc0, then by what came of that, then once more: the last two must agree.
local cc1 = lib "cc1"

local sources = {
  "cc1.h", "sys.c", "names.c", "keys.c", "lex.c", "number.c", "cpp.c", "directive.c", "types.c",
  "symbols.c", "emit.c", "node.c", "gen.c", "gen_wide.c", "gen_float.c", "expr.c", "decl.c", "init.c",
  "stmt.c", "main.c",
}

local first = { "cc0", "cc1-by-cc0.M1" }
for _, f in ipairs(sources) do
  first[#first + 1] = "cc1/" .. f
end
local steps = {
  first,
  { "asm", "cc1-by-cc0", "i386/i386.def", "i386/cc0.def", "i386/rt0.M1", "cc1-by-cc0.M1" },
}
local options = { "-D", "syscall3=__syscall" }
cc1(steps, "cc1-by-itself", { "cc1/cc1.c" }, options, "./cc1-by-cc0")
cc1(steps, out "bin/cc1", { "cc1/cc1.c" }, options, "./cc1-by-itself")
cc1(steps, "cmp", { "tools/cmp.c", "tools/tool.c" }, nil, "./cc1-by-itself")
steps[#steps + 1] = { "./cmp", "cc1-by-itself", out "bin/cc1" }

return recipe {
  name = "cc1",
  version = "1",
  summary = "C compiler, compiled by cc0 and then by itself",
  license = "GPL-3.0-or-later",
  sources = {
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/cc1", as = "cc1" },
    { tree "../../bootstrap/libc", as = "libc" },
    { tree "../../bootstrap/tools", as = "tools" },
  },
  inputs = { "asm", "cc0" },
  dirs = { "bin" },
  steps = steps,
}
