-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Makes C of the grammars of binutils and GCC 3.4.6, in place of what their tarballs ship. Its own grammar
-- reader is written by hand. There are few enough files to do without its configure script.
local script = lib "script"

local config = [[
#define GCC_NORETURN
#define GCC_PRINTFLIKE(format, arguments)
#define GCC_UNUSED
#define HAVE_FCNTL_H 1
#define HAVE_GETOPT 1
#define HAVE_GETOPT_H 1
#define HAVE_GETOPT_HEADER 1
#define HAVE_INTTYPES_H 1
#define HAVE_MKSTEMP 1
#define HAVE_STDINT_H 1
#define HAVE_VSNPRINTF 1
#define SYSTEM_NAME "linux"
]]

return script {
  name = "byacc",
  version = "2.0.20221106",
  summary = "parser generator, compiled by TinyCC",
  homepage = "https://invisible-island.net/byacc/",
  license = "public-domain",
  sources = {
    { debian "b/byacc/byacc_2.0.20221106.orig.tar.gz", as = "byacc",
      sha256 = "a899be227bbcac9cf7700f7dbb5a8494688f1f9f0617b510762daeace47b9d12" },
    text("config.h", config),
  },
  inputs = { "tcc", "musl", "dash", "busybox" },
  dirs = { "bin" },
  shell = "dash",
  dir = "byacc",
  text = [[
    cp ../config.h .
    # The frame of the parsers, as C; it is shipped made, too.
    awk -f skel2c yaccpar.skel >yaccpar.c
    set --
    for file in closure error graph lalr lr0 main mkpar mstring output reader symtab verbose warshall yaccpar; do
      set -- "$@" $file.c
    done
    tcc -DHAVE_CONFIG_H -DYYPATCH=20221106 -D_GNU_SOURCE -I. -o $out/bin/yacc "$@"
  ]],
  generated_unused = {
    "configure", "config_h.in", "*par.c", "*par.skel", "test/*",
  },
}
