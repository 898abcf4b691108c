-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- For recipes that compile with cc1: adds the steps that make a program of C files and our small C
-- library. The sources must have `tree "../../bootstrap/libc"` as libc and `tree "../../bootstrap/i386"`
-- as i386; cc1 and asm are inputs.
--
--   cc1(steps, out "bin/x", { "x/x.c" }, { "-I", "x" })
--
-- cc1 may be told by a fourth argument which compiler to use.

local libc = { "start", "syscall", "malloc", "string", "stdio", "printf", "stdlib", "wide", "dirent" }

return function(steps, program, files, options, compiler)
  local text = basename(program) .. ".M1"
  local ours = {}
  for _, f in ipairs(libc) do
    ours[#ours + 1] = "libc/" .. f .. ".c"
  end
  steps[#steps + 1] = concat({ compiler or "cc1", "-I", "libc/include" }, options, { "-o", text }, files, ours)
  steps[#steps + 1] = { "asm", program, "i386/i386.def", "libc/i386.M1", text }
end
