-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The first shell. Its build wants a shell: config.h is written here instead of by configure, and the
-- two scripts among its generators are replaced by dash-tables.c.
local config = [[
#define BSD 1
#define SHELL 1
#define SMALL 1
#define WITH_LINENO 1
#define _GNU_SOURCE 1
#define HAVE_ALLOCA_H 1
#define HAVE_BSEARCH 1
#define HAVE_DECL_ISBLANK 1
#define HAVE_FACCESSAT 1
#define HAVE_FNMATCH 1
#define HAVE_GETPWNAM 1
#define HAVE_GETRLIMIT 1
#define HAVE_ISALPHA 1
#define HAVE_KILLPG 1
#define HAVE_MEMPCPY 1
#define HAVE_PATHS_H 1
#define HAVE_STPCPY 1
#define HAVE_STRCHRNUL 1
#define HAVE_STRSIGNAL 1
#define HAVE_STRTOD 1
#define HAVE_STRTOIMAX 1
#define HAVE_STRTOUMAX 1
#define HAVE_ST_MTIM 1
#define HAVE_SYSCONF 1
#define SIZEOF_INTMAX_T 8
#define SIZEOF_LONG_LONG_INT 8
]]

local names = {
  "alias", "arith_yacc", "arith_yylex", "cd", "error", "eval", "exec", "expand", "histedit",
  "input", "jobs", "mail", "main", "memalloc", "miscbltin", "mystring", "options", "parser",
  "redir", "show", "trap", "output", "bltin/printf", "system", "bltin/test", "bltin/times", "var",
}

local steps = {}
local function run(...)
  local step = { ... }
  step.dir = "dash/src"
  steps[#steps + 1] = step
end

run("tcc", "-o", "dash-tables", "../../dash-tables.c")
run("./dash-tables", "tokens", "mktokens")
run("tcc", "-E", "-P", "-include", "../../config.h", "-o", "builtins.def",
  "-x", "c", "builtins.def.in")
run("./dash-tables", "builtins", "builtins.def")
for _, helper in ipairs { "mkinit", "mknodes", "mksyntax", "mksignames" } do
  run("tcc", "-DBSD=1", "-DSHELL", "-o", helper, helper .. ".c")
end
local init = { "./mkinit" }
local compile = { "tcc", "-include", "../../config.h", "-I.", "-I..", "-o", out "bin/sh" }
for _, name in ipairs(names) do
  init[#init + 1] = name .. ".c"
  compile[#compile + 1] = name .. ".c"
end
run("./mknodes", "nodetypes", "nodes.c.pat")
run("./mksyntax")
run(table.unpack(init))
run("./mksignames")
for _, name in ipairs { "builtins", "init", "nodes", "signames", "syntax" } do
  compile[#compile + 1] = name .. ".c"
end
run(table.unpack(compile))

return recipe {
  name = "dash",
  version = "0.5.12",
  summary = "the first shell, compiled by TinyCC",
  homepage = "http://gondor.apana.org.au/~herbert/dash/",
  license = "BSD-3-Clause",
  sources = {
    { debian "d/dash/dash_0.5.12.orig.tar.gz", as = "dash",
      sha256 = "6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a" },
    file "dash-tables.c",
    text("config.h", config),
  },
  inputs = { "tcc", "musl" },
  dirs = { "bin" },
  steps = steps,
  generated_unused = {
    "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in",
  },
}
