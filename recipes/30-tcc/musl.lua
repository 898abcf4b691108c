-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- musl compiled by TinyCC, without a shell, make or sed.
local tcc_tools = lib "tcc_tools"

local steps = {}
tcc_tools(steps, { "replace", "cp", "mkdir", "rm" }, { ["musl-headers"] = "musl-headers.c" })

local function run(...)
  steps[#steps + 1] = { ... }
end

-- TinyCC's assembler has no jecxz.
run("./replace", "musl/src/signal/i386/sigsetjmp.s", "\tjecxz 1f\n", "\ttest %ecx,%ecx\n\tjz 1f\n")
-- A constant variable is no constant expression in C; gcc takes it for one.
run("./replace", "musl/src/math/sqrtl.c", ".hi=three<<32,", ".hi=0xc000000000000000,")

run("./cp", "-r", "musl/include", out "include")
run("./cp", "-r", "musl/arch/generic/bits", out "include")
run("./cp", "-r", "musl/arch/i386/bits", out "include")
steps[#steps + 1] = { "./musl-headers", "types", "musl/arch/i386/bits/alltypes.h.in",
  "musl/include/alltypes.h.in", stdout = out "include/bits/alltypes.h" }
steps[#steps + 1] = { "./musl-headers", "calls", "musl/arch/i386/bits/syscall.h.in",
  stdout = out "include/bits/syscall.h" }
run("./rm", out "include/alltypes.h.in", out "include/bits/alltypes.h.in",
  out "include/bits/syscall.h.in")

local function flags(up)
  return "-std=c99", "-nostdinc", "-D_XOPEN_SOURCE=700", "-DSYSCALL_NO_TLS=1",
    "-I" .. up .. "musl/arch/i386", "-I" .. up .. "musl/arch/generic", "-I" .. up,
    "-I" .. up .. "musl/src/include", "-I" .. up .. "musl/src/internal", "-I" .. out "include"
end

steps = concat(steps, lib "compile" {
  from = "musl",
  folders = lib "musl_files",
  compile = function(up)
    return { "tcc", flags(up) }
  end,
  archive = { "tcc", "-ar", "rc", out "lib/libc.a" },
  mkdir = { "./mkdir" },
})

local crt = { "tcc", "-DCRT", flags "./" }
for _, f in ipairs { "crt1.c", "i386/crti.s", "i386/crtn.s" } do
  steps[#steps + 1] = concat(crt, { "-c", "-o", out("lib/" .. with_suffix(basename(f), ".o")), "musl/crt/" .. f })
end
for _, name in ipairs { "m", "rt", "pthread", "crypt", "util", "xnet", "resolv", "dl" } do
  run("./cp", "empty.a", out("lib/lib" .. name .. ".a"))
end

return recipe {
  name = "musl",
  version = "1.2.3",
  summary = "C library for Linux, compiled by TinyCC",
  homepage = "https://musl.libc.org/",
  license = "MIT",
  sources = {
    { debian "m/musl/musl_1.2.3.orig.tar.gz", as = "musl",
      sha256 = "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4" },
    { tree "../../bootstrap/libc", as = "libc" },
    { tree "../../bootstrap/tools", as = "tools" },
    file "musl-headers.c",
    text("version.h", '#define VERSION "1.2.3"\n'),
    text("empty.a", "!<arch>\n"),
  },
  inputs = { { "tcc", as = "tcc" } },
  dirs = { "lib" },
  steps = steps,
}
