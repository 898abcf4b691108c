-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU Mes, its Scheme interpreter: compiled as plain C against our small library, whose mes.c stands in
-- for the parts of Mes's own library that read files.
local cc1 = lib "cc1"

local files = { "libc/mes.c" }
local function add(folder, names)
  for _, n in ipairs(words(names)) do
    files[#files + 1] = "mes/" .. folder .. "/" .. n .. ".c"
  end
end
add("src", [[builtins cc core display eval-apply gc globals hash lib math mes module posix reader stack
  string struct symbol vector]])
add("lib/mes", "assert_msg cast eputc eputs fdputc fdputs itoa ltoa ltoab ntoab oputc oputs ultoa utoa")

local steps = {
  -- Growing the arena from a small one goes wrong (with other compilers, too); memory that is not
  -- touched costs nothing.
  { "replace", "mes/src/gc.c", "ARENA_SIZE = 300000; ", "ARENA_SIZE = 20000000;" },
  { "mkdir", out "bin", out "share/mes" },
}
cc1(steps, out "bin/mes", files, {
  "-I", "mes/include", "-I", "mes/include/linux/x86", "-D", 'MES_VERSION="0.24.2"',
  "-D", "__raise=raise", "-D", "_open3=open",
})
steps[#steps + 1] = { "cp", "-r", "mes/module", out "share/mes" }
steps[#steps + 1] = { "cp", "-r", "mes/mes/module", out "share/mes" }
local load = out "share/mes/module"
steps[#steps + 1] = { env = { MES_PREFIX = out "", GUILE_LOAD_PATH = load }, out "bin/mes",
  "-c", "(display 'hello) (newline)" }

return recipe {
  name = "mes",
  version = "0.24.2",
  summary = "Scheme interpreter, compiled by cc1",
  homepage = "https://www.gnu.org/software/mes/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "m/mes/mes_0.24.2.orig.tar.gz", as = "mes",
      sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e" },
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
  },
  inputs = { "asm", "cc1", "stage0-tools" },
  steps = steps,
  pregenerated = { "mes/module/mes/psyntax.pp*" },
}
