-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Mes's own C library, compiled by mescc: in two halves, as two processors are common.
local m = lib "mescc"

local libc = [[
  mes/eputs mes/oputs mes/globals stdlib/exit linux/x86-mes-mescc/_exit linux/x86-mes-mescc/_write
  stdlib/puts string/strlen ctype/isnumber mes/abtol mes/cast mes/eputc mes/fdgetc mes/fdputc
  mes/fdputs mes/fdungetc mes/itoa mes/ltoa mes/ltoab mes/mes_open mes/ntoab mes/oputc mes/ultoa
  mes/utoa stub/__raise ctype/isdigit ctype/isspace ctype/isxdigit mes/assert_msg posix/write
  stdlib/atoi linux/lseek mes/__assert_fail mes/__buffered_read mes/__mes_debug posix/execv
  posix/getcwd posix/getenv posix/isatty posix/open posix/buffered-read posix/setenv posix/wait
  stdio/fgetc stdio/fputc stdio/fputs stdio/getc stdio/getchar stdio/putc stdio/putchar
  stdio/ungetc stdlib/free stdlib/realloc string/memchr string/memcmp string/memcpy string/memmove
  string/memset string/strcmp string/strcpy string/strncmp posix/raise linux/access linux/brk
  linux/chmod linux/clock_gettime linux/dup linux/dup2 linux/execve linux/fork linux/fsync
  linux/_getcwd linux/gettimeofday linux/ioctl3 linux/_open3 linux/malloc linux/_read linux/time
  linux/unlink linux/waitpid linux/x86-mes-mescc/syscall linux/getpid linux/kill
  linux/x86-mes-mescc/syscall-internal
]]

-- what TinyCC needs on top of it
local tcc = [[
  ctype/islower ctype/isupper ctype/tolower ctype/toupper mes/abtod mes/dtoab mes/search-path
  posix/execvp stdio/fclose stdio/fdopen stdio/ferror stdio/fflush stdio/fopen stdio/fprintf
  stdio/fread stdio/fseek stdio/ftell stdio/fwrite stdio/printf stdio/remove stdio/snprintf
  stdio/sprintf stdio/sscanf stdio/vfprintf stdio/vprintf stdio/vsnprintf stdio/vsprintf
  stdio/vsscanf stdlib/calloc stdlib/qsort stdlib/strtod stdlib/strtof stdlib/strtol
  stdlib/strtold stdlib/strtoll stdlib/strtoul stdlib/strtoull string/memmem string/strcat
  string/strchr string/strlwr string/strncpy string/strrchr string/strstr string/strupr
  stub/sigaction stub/ldexp stub/mprotect stub/localtime stub/sigemptyset x86-mes-mescc/setjmp
  linux/close linux/rmdir linux/stat
]]

local function half(name, text, extra)
  local steps, files, parts = {}, {}, {}
  local function flush()
    parts[#parts + 1] = name .. "-" .. #parts + 1 .. ".s"
    m.compile(steps, parts[#parts], {}, files)
    files = {}
  end
  for _, f in ipairs(words(text)) do
    files[#files + 1] = "mes/lib/" .. f .. ".c"
    if #files == 40 then
      flush()
    end
  end
  flush()
  m.assemble(steps, out("lib/" .. name .. ".o"), table.unpack(parts))
  if extra then
    m.compile(steps, "crt1.s", {}, { "mes/lib/linux/x86-mes-mescc/crt1.c" })
    m.assemble(steps, out "lib/crt1.o", "crt1.s")
  end
  return recipe {
    name = "mes-" .. name,
    version = "0.24.2",
    summary = "C library of Mes, compiled by mescc",
    homepage = "https://www.gnu.org/software/mes/",
    license = "GPL-3.0-or-later",
    sources = { m.source },
    inputs = { "mes", "mescc", "mescc-tools" },
    env = m.env,
    dirs = { "lib" },
    steps = steps,
    generated_unused = { "mes/module/mes/psyntax.pp*" },
  }
end

return { half("libc", libc, true), half("libc-tcc", tcc) }
