-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The tools of mescc: M1, hex2, blood-elf, kaem. As a check on our own assembler, M1 and hex2 assemble
-- M1 from the text that cc1 wrote, and the outcome must be what asm made of it.
local cc1 = lib "cc1"

local boot = "M2libc/bootstrappable.c"
local steps = {}
local function program(name, ...)
  local files = {}
  for _, f in ipairs { ... } do
    files[#files + 1] = "mescc-tools/" .. f
  end
  cc1(steps, out("bin/" .. name), files)
end
program("M1", "M1-macro.c", "stringify.c", boot)
program("hex2", "hex2.c", "hex2_linker.c", "hex2_word.c", boot)
program("blood-elf", "blood-elf.c", "stringify.c", boot)
program("kaem", "Kaem/kaem.c", "Kaem/variable.c", "Kaem/kaem_globals.c", boot)
program("get_machine", "get_machine.c", boot)

local arch = { "--architecture", "x86", "--little-endian" }
steps[#steps + 1] = { out "bin/M1", arch[1], arch[2], arch[3], "-f", "i386/i386.def",
  "-f", "libc/i386.M1", "-f", "M1.M1", "-f", "end.M1", "-o", "M1.hex2" }
steps[#steps + 1] = { out "bin/hex2", arch[1], arch[2], arch[3], "--base-address", "0x8048000",
  "-f", "header.hex2", "-f", "M1.hex2", "-o", "M1-again" }
steps[#steps + 1] = { "cmp", "M1-again", out "bin/M1" }

return recipe {
  name = "mescc-tools",
  version = "1.5.2",
  summary = "macro assembler and linker for mescc",
  homepage = "https://savannah.nongnu.org/projects/mescc-tools",
  license = "GPL-3.0-or-later",
  sources = {
    { debian "m/mescc-tools/mescc-tools_1.5.2.orig.tar.gz", as = "mescc-tools",
      sha256 = "936c186cb35ab2e2d1ab4dc11bf0d727248d69b28ebfdb1a920b2dd55f3053c9" },
    { tree "../../bootstrap/i386", as = "i386" },
    { tree "../../bootstrap/libc", as = "libc" },
    text("end.M1", ":ELF_end\n"),
    text("header.hex2", [[
:ELF_base
7F 45 4C 46 01 01 01 00 00 00 00 00 00 00 00 00
02 00 03 00 01 00 00 00 54 80 04 08 34 00 00 00
00 00 00 00 00 00 00 00 34 00 20 00 01 00 00 00
00 00 00 00 01 00 00 00 00 00 00 00 &ELF_base &ELF_base
%ELF_end>ELF_base %ELF_end>ELF_base 07 00 00 00 00 10 00 00
]]),
  },
  inputs = { "asm", "cc1", "stage0-tools" },
  dirs = { "bin" },
  steps = steps,
}
