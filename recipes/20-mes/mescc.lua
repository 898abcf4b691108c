-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- mescc: the C compiler of Mes, in Scheme, with the parser nyacc. Only text is put in its place here; it
-- compiles when Mes runs it.
local m = lib "mescc"

local steps = {}
m.edit(steps, "mes", lib "mescc_edits")
m.edit(steps, "nyacc/share/guile/site/3.0", lib "nyacc_edits")
for _, e in ipairs {
  { "@prefix@", "" }, { "@VERSION@", "0.24.2" }, { "@mes_cpu@", "x86" }, { "@mes_kernel@", "linux" },
  { "@numbered_arch@", "false" },
} do
  steps[#steps + 1] = { "replace", "-a", "mes/scripts/mescc.scm.in", e[1], e[2] }
end

local function add(...)
  steps[#steps + 1] = { ... }
end
add("cp", "mes/scripts/mescc.scm.in", out "bin/mescc.scm")
add("cp", "-r", "mes/include", out "include")
add("mkdir", out "include/arch")
for _, h in ipairs { "syscall.h", "kernel-stat.h" } do
  add("cp", "mes/include/linux/x86/" .. h, out("include/arch/" .. h))
end
add("cp", "config.h", out "include/mes/config.h")
add("cp", "mes/lib/x86-mes/x86.M1", out "lib/x86-mes/x86.M1")
for _, f in ipairs { "elf32-header.hex2", "elf32-footer-single-main.hex2" } do
  add("cp", "mes/lib/linux/x86-mes/" .. f, out("lib/linux/x86-mes/" .. f))
end
add("cp", "-r", "mes/module", out "share/mes")
add("cp", "-r", "mes/mes/module", out "share/mes")
add("cp", "mes/mes/module/srfi/srfi-9-struct.mes", out "share/mes/module/srfi/srfi-9.mes")
add("cp", "-r", "nyacc/share/guile/site/3.0/nyacc", out "share/nyacc/nyacc")

return recipe {
  name = "mescc",
  version = "0.24.2",
  summary = "C compiler in Scheme, with nyacc 1.00.2",
  homepage = "https://www.gnu.org/software/mes/",
  license = "GPL-3.0-or-later",
  sources = {
    m.source,
    { debian "n/nyacc/nyacc_1.00.2-5_i386.deb", as = "nyacc",
      sha256 = "869c217534c33a3e9a7bf0c3478a1ac370216fd20d8d0a6b27c094f139b7ec07" },
    text("config.h", '#undef SYSTEM_LIBC\n#define MES_VERSION "0.24.2"\n'),
  },
  inputs = { "stage0-tools" },
  dirs = { "bin", "lib/x86-mes", "lib/linux/x86-mes", "share/mes", "share/nyacc" },
  steps = steps,
}
