-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Berkeley yacc without its configure script, for which it has few enough files: a function of the compiler's words
-- to fields of a recipe by lib "script". INDENT stands before each line of the text: a blank more or less is another
-- derivation.

-- What stands for configure's findings on musl.
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

local commands = [[
cp ../config.h .
# The frame of the parsers, as C; it is shipped made, too.
awk -f skel2c yaccpar.skel >yaccpar.c
set --
for file in closure error graph lalr lr0 main mkpar mstring output reader symtab verbose warshall yaccpar; do
  set -- "$@" $file.c
done
COMPILE -DHAVE_CONFIG_H -DYYPATCH=20221106 -D_GNU_SOURCE -I. -o $out/bin/yacc "$@"
]]

return function(compile, indent)
  local lines = replace("\n" .. replace(commands, "COMPILE", compile), "\n", "\n" .. indent)
  return {
    from = "byacc-2.0.20221106",
    sources = { text("config.h", config) },
    dirs = { "bin" },
    dir = "byacc",
    -- Without the line end before the first line and two of the blanks after the last.
    text = string.sub(lines, 2, -3),
  }
end
