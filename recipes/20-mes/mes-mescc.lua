-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Mes compiled by mescc: first by mescc as run by the Mes that cc1 compiled, then by mescc as run by
-- the result. Both must be the same, byte for byte.
local m = lib "mescc"

local names = [[builtins cc core display eval-apply gc globals hash lib math mes module posix reader stack
  string struct symbol vector]]

local function mes(name, by, check)
  local steps, files = {}, {}
  for _, n in ipairs(words(names)) do
    files[#files + 1] = "mes/src/" .. n .. ".c"
  end
  m.compile(steps, "mes.s", { "-D", "HAVE_CONFIG_H=1" }, files)
  m.assemble(steps, "mes.o", "mes.s")
  m.link(steps, out "bin/mes", {
    input_path "mes-libc/lib/crt1.o", "mes.o", input_path "mes-libc/lib/libc.o",
  })
  if check then
    steps[#steps + 1] = { "cmp", input_path "mes/bin/mes", out "bin/mes" }
  end
  return recipe {
    name = name,
    version = "0.24.2",
    summary = "Scheme interpreter, compiled by mescc",
    homepage = "https://www.gnu.org/software/mes/",
    license = "GPL-3.0-or-later",
    sources = { m.source },
    inputs = { { by, as = "mes" }, "mescc", "mescc-tools", "mes-libc", "stage0-tools" },
    env = m.env,
    dirs = { "bin" },
    limits = { time = 3600 },
    steps = steps,
    generated_unused = { "mes/module/mes/psyntax.pp*" },
  }
end

return { mes("mes-mescc", "mes"), mes("mes-mescc-again", "mes-mescc", true) }
