-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The toolchain whole, for recipes that name it as an input: its parts come along, since it tells where they
-- stand. A C and a C++ program are compiled and run to see that they fit together.
local script, toolchain = lib "script", lib "toolchain"

local inputs = {}
for _, part in ipairs(toolchain.parts) do
  inputs[#inputs + 1] = { toolchain.recipe(part, toolchain.origins[1], 1), as = part }
end

return script {
  name = "toolchain",
  summary = "compiler, assembler, linker, C library and what runs builds, all compiled by GCC 12",
  license = "GPL-3.0-or-later",
  sources = {
    text("hello.c", '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n'),
    text("hello.cc", '#include <iostream>\nint main() { std::cout << "hello\\n"; }\n'),
  },
  inputs = inputs,
  shell = "dash",
  args = toolchain.parts,
  text = [[
    gcc -O2 -static -o hello-c hello.c
    g++ -O2 -static -o hello-cc hello.cc
    test "$(./hello-c) $(./hello-cc)" = "hello hello"
    for part; do
      echo /opt/boot-hurd/$part >>$out/parts
    done
  ]],
}
