-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Berkeley yacc without its configure script: where the source is, and what stands for configure's findings
-- on musl.
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

return {
  source = { debian "b/byacc/byacc_2.0.20221106.orig.tar.gz", as = "byacc",
    sha256 = "a899be227bbcac9cf7700f7dbb5a8494688f1f9f0617b510762daeace47b9d12" },
  config = config,
}
