-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Shell texts that make generated files again which binutils and GCC ship, in place of those: C of grammars and
-- scanners, and tables whose generator is C beside them. They are run in the source's folder with CC, CFLAGS and
-- LDFLAGS for programs that run here, by a shell that has sed and awk.
local M = {}

local compile = "$CC $CFLAGS $LDFLAGS -w"

-- Returns a line for each of FILES, named without ending, that makes its C of its KIND by PROGRAM.
local function each(files, program, kind)
  local lines = {}
  for _, file in ipairs(words(files)) do
    lines[#lines + 1] = program .. " -o " .. file .. ".c " .. file .. kind .. "\n"
  end
  return table.concat(lines)
end

-- C of grammars and of scanners.
function M.parsers(files)
  return each(files, "yacc -d", ".y")
end

function M.scanners(files)
  return each(files, "flex", ".l")
end

-- libiberty's table of a checksum: the program stands in a comment before it.
M.crc32 = [[
sed -n '/^   #include <stdio.h>/,/^   }$/p' libiberty/crc32.c >../crc.c
]] .. compile .. [[ -o ../crc ../crc.c
../crc >../crc-table
awk '/^static const unsigned int crc32_table/ { while ((getline line <"../crc-table") > 0) print line; skip = 1 }
  !skip { print }
  /^};/ { skip = 0 }' libiberty/crc32.c >../crc.c
mv ../crc.c libiberty/crc32.c
]]

-- zlib's three tables. CRC is C that prints the first; newer ones have a main function for it.
local function zlib(crc)
  return [[
(
cd zlib
echo ']] .. crc .. [[' >../../crc-main.c
]] .. compile .. [[ -I. -DMAKECRCH -o ../../crc-table ../../crc-main.c crc32.c
rm crc32.h
../../crc-table
echo 'void makefixed(void); int main(void) { makefixed(); return 0; }' >../../fixed.c
]] .. compile .. [[ -I. -DMAKEFIXED -o ../../fixed ../../fixed.c inflate.c inftrees.c inffast.c adler32.c crc32.c zutil.c
../../fixed >inffixed.h
echo '#include "zlib.h"
int main(void) { z_stream z = { 0 }; return deflateInit(&z, 1); }' >../../trees.c
]] .. compile .. [[ -I. -DGEN_TREES_H -o ../../trees ../../trees.c trees.c deflate.c adler32.c crc32.c zutil.c
rm trees.h
../../trees
)
]]
end

M.zlib_1_2_11 = zlib "#include \"zlib.h\"\nint main(void) { return !get_crc_table(); }"
M.zlib_1_2_12 = zlib "typedef int has_its_own_main;"

-- BFD's headers, which hold what comments of its sources say.
M.bfd = [[
(
cd bfd
]] .. compile .. [[ -I../include -o ../../chew doc/chew.c
extract() { # TO FLAGS FILE...
  to=$1 flags=$2
  shift 2
  {
    echo "$*" | sed -f doc/header.sed
    for file; do
      case $file in
      *-in.h) cat $file ;;
      *)
        echo "/* Extracted from $file.  */"
        ../../chew $flags -f doc/proto.str <$file
        ;;
      esac
    done
    printf '#ifdef __cplusplus\n}\n#endif\n#endif\n'
  } >$to
}
extract bfd-in2.h "" bfd-in.h init.c opncls.c libbfd.c bfdio.c bfdwin.c section.c archures.c reloc.c syms.c bfd.c \
  archive.c corefile.c targets.c format.c linker.c simple.c compress.c
extract libbfd.h -i libbfd-in.h libbfd.c bfd.c bfdio.c bfdwin.c cache.c reloc.c section.c targets.c archures.c linker.c
extract libcoff.h -i libcoff-in.h coffcode.h
)
]]

-- The instructions of the i386, for assembler and disassembler.
M.i386 = [[
(
cd opcodes
printf '#define HAVE_%s_H 1\n' STDLIB STDINT STRING LIMITS >../../config.h
set --
for file in xmalloc xexit xstrerror xstrdup safe-ctype hashtab hex; do
  set -- "$@" ../libiberty/$file.c
done
]] .. compile .. [[ -DHAVE_CONFIG_H -I../.. -I. -I../include -I../bfd -o ../../i386-gen i386-gen.c "$@"
$CC -E -I. -I../include - <i386-opc.tbl >../../i386-opc
../../i386-gen --srcdir . <../../i386-opc
)
]]

return M
