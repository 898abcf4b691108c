-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Mes's own test files under our mes, one by one; share/mes-tests/results is the report, beside what
-- each of them printed.
local cc1 = lib "cc1"

local names = [[base boot catch closure cwv display fluids gc getopt-long guile let let-syntax macro match
  math module optargs perform pmatch posix psyntax quasiquote read scm srfi-0 srfi-1 srfi-13 srfi-14
  srfi-16 srfi-43 srfi-9 syntax vector]]

local folder = out "share/mes-tests"
local steps = {}
cc1(steps, "mes-tests", { "mes-tests.c" })
-- posix.test calls these two, which mes-tests finds in the folder above.
cc1(steps, "true", { "true.c" })
cc1(steps, "false", { "false.c" })
local run = { "../mes-tests", input_path "mes/bin/mes", folder, dir = "mes",
  stdout = folder .. "/results",
  env = {
    MES_PREFIX = input_path "mes",
    GUILE_LOAD_PATH = input_path "mes/share/mes/module",
  } }
steps[#steps + 1] = merge(run, concat(run, words(names)))

return recipe {
  name = "mes-tests",
  version = "0.24.2",
  summary = "report of Mes's own tests",
  homepage = "https://www.gnu.org/software/mes/",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "m/mes/mes_0.24.2.orig.tar.gz", as = "mes",
      sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e" },
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
    file "mes-tests.c",
    text("true.c", "int main(void) { return 0; }\n"),
    text("false.c", "int main(void) { return 1; }\n"),
  },
  inputs = { "asm", "cc1", { "mes", as = "mes" } },
  dirs = { "share/mes-tests" },
  steps = steps,
  generated_unused = { "mes/module/mes/psyntax.pp*" },
}
