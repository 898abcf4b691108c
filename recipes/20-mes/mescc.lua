-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- mescc: the C compiler of Mes, in Scheme, with the parser nyacc. Only text is put in its place here; it
-- compiles when Mes runs it.
--
-- The parser is nyacc 1.09.5, from its source, adapted to Mes. mescc-nyacc-1.00.2 has the older one that
-- needs no adapting, but whose source is no longer in the archive: the .scm files of a binary package.
-- mescc-nyacc-same compiles the same files with both: the outcome must be the same.
local m = lib "mescc"
local patches = lib "mescc_patches"

-- The parser's tables, which do not say that nyacc made them.
local function tables(folder)
  local list = {}
  for _, name in ipairs(words "c99 c99cx c99x cpp") do
    for _, part in ipairs { "act", "tab" } do
      list[#list + 1] = folder .. "/nyacc/lang/c99/mach.d/" .. name .. "-" .. part .. ".scm"
    end
  end
  return list
end

local parsers = {
  old = {
    source = { debian "n/nyacc/nyacc_1.00.2-5_i386.deb", as = "nyacc",
      sha256 = "869c217534c33a3e9a7bf0c3478a1ac370216fd20d8d0a6b27c094f139b7ec07" },
    folder = "nyacc/share/guile/site/3.0",
    patches = patches.nyacc_old,
    files = {},
    tables = tables "share/guile/site/3.0",
    unused = { "lib/*" },
  },
  new = {
    source = { debian "n/nyacc/nyacc_1.09.5.orig.tar.gz", as = "nyacc",
      sha256 = "60cd53961e598c59fb1b4a85276677982ccb4ecb3ae2f6652955d5bd57ed868a" },
    folder = "nyacc/module",
    mes_patches = patches.nyacc,
    tables = tables "module",
    unused = { "configure", "doc/*", "examples/*" },
    files = {
      { "nyacc-shims.scm", "share/nyacc/nyacc/mes-shims.scm" },
      { "mescc-tree.scm", "share/mes/module/mescc/tree.scm" },
    },
  },
}

local function mescc(name, parser)
  local steps = { concat({ "patch", "mes" }, patches.mescc.files) }
  local sources = {
    m.source, parser.source, patches.mescc.source,
    text("config.h", '#undef SYSTEM_LIBC\n#define MES_VERSION "0.24.2"\n'),
  }
  local function patch(folder, set)
    if set then
      steps[#steps + 1] = concat({ "patch", folder }, set.files)
      sources[#sources + 1] = set.source
    end
  end
  patch("mes", parser.mes_patches)
  patch(parser.folder, parser.patches)
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
  add("cp", "-r", parser.folder .. "/nyacc", out "share/nyacc/nyacc")

  for _, f in ipairs(parser.files) do
    sources[#sources + 1] = { file(f[1]) }
    add("cp", f[1], out(f[2]))
  end
  return recipe {
    name = name,
    version = "0.24.2",
    summary = "C compiler in Scheme, with its parser nyacc",
    homepage = "https://www.gnu.org/software/mes/",
    license = "GPL-3.0-or-later",
    sources = sources,
    inputs = { "stage0-patch", "stage0-tools" },
    dirs = { "bin", "lib/x86-mes", "lib/linux/x86-mes", "share/mes", "share/nyacc" },
    steps = steps,
    pregenerated = concat({ "mes/module/mes/psyntax.pp*" }, parser.tables),
    generated_unused = parser.unused,
  }
end

local function parsed(name, by, other)
  local steps, inputs = {}, { "mes", { by, as = "mescc" }, "stage0-tools" }
  for _, f in ipairs { "src/hash", "src/reader", "lib/stdio/vfprintf", "lib/stdlib/qsort" } do
    local s = basename(f) .. ".s"
    m.compile(steps, out(s), { "-D", "HAVE_CONFIG_H=1" }, { "mes/" .. f .. ".c" })
    if other then
      steps[#steps + 1] = { "cmp", out(s), input_path(other .. "/" .. s) }
    end
  end
  if other then
    inputs[#inputs + 1] = other
  end
  return recipe {
    name = name,
    version = "0.24.2",
    summary = "parts of Mes as compiled by mescc, to compare two parsers",
    homepage = "https://www.gnu.org/software/mes/",
    license = "GPL-3.0-or-later",
    sources = { m.source },
    inputs = inputs,
    env = m.env,
    steps = steps,
    generated_unused = { "mes/module/mes/psyntax.pp*" },
  }
end

return {
  mescc("mescc", parsers.new),
  mescc("mescc-nyacc-1.00.2", parsers.old),
  parsed("mescc-nyacc-one", "mescc"),
  parsed("mescc-nyacc-same", "mescc-nyacc-1.00.2", "mescc-nyacc-one"),
}
