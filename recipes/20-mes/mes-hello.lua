-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A program compiled by mescc that uses Mes's library, run as a test.
local m = lib "mescc"

local steps = {}
m.compile(steps, "hello.s", {}, { "hello.c" })
m.assemble(steps, "hello.o", "hello.s")
m.link(steps, out "bin/hello", {
  input_path "mes-libc/lib/crt1.o", "hello.o", input_path "mes-libc/lib/libc.o",
  input_path "mes-libc-tcc/lib/libc-tcc.o",
})
steps[#steps + 1] = { out "bin/hello" }

return recipe {
  name = "mes-hello",
  version = "0.24.2",
  summary = "hello world, compiled by mescc",
  license = "GPL-3.0-or-later",
  sources = { { file "hello.c" } },
  inputs = { "mes", "mescc", "mescc-tools", "mes-libc", "mes-libc-tcc", "stage0-tools" },
  env = m.env,
  dirs = { "bin" },
  steps = steps,
}
