-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- MIG makes C of interface definitions, both sides of a message. mig-TRIPLET-words-test puts in one that has
-- the type sizes of a 64-bit machine, and checks that a build with it would have been stopped.
local build, cross, mig_words = lib "tool", lib "cross", lib "mig_words"

local recipes = {}

for _, target in ipairs(cross.targets) do
  local t = target.triplet
  local headers = input_path(target.mach_headers .. "/include")

  local function mig(name, summary, package)
    recipes[#recipes + 1] = build(merge(package, {
      name = name, from = "mig-1.8+git20231217",
      summary = summary,
      inputs = concat(package.inputs, { target.binutils, target.gcc_stage1, target.mach_headers, "bison", "flex" }),
      -- The script asks perl at each run where it was installed to; it is told for good. The C of the grammar
      -- and the scanner is made again.
      prepare = [[
        sed -i -e "1s:/bin/sh:$SHELL:" -e '/^libexecdir_rel=/d' -e '/^bindir_real=/d' \
          -e '/^libexecdir=\$bindir_real/d' mig.in
        bison -y -d -o parser.c parser.y
        flex -o lexxer.c lexxer.l
      ]],
      configure = { "--target=" .. t, "TARGET_CPPFLAGS=-I" .. headers },
    }))
  end

  mig("mig-" .. t, "interface generator for " .. t, {
    finish = mig_words(target, "$out/bin/" .. t .. "-mig", headers),
  })

  mig("mig-" .. t .. "-words-test", "a MIG of the wrong word size stops a build", {
    inputs = { target.mig },
    targets = { { "cpu.h" } }, install = false,
    -- Sizes as on a machine whose words are twice as long; see cpu.sym.
    finish = [[
      awk -v names='^(sizeof_(pointer|long|uintptr_t|intptr_t|uintptr_t_in_bits)|vm_offset_size(_in_bits)?)$' '
        $2 ~ names { $3 *= 2; changed++ }
        { print }
        END { exit changed != 7 }' cpu.h >cpu.new
      mv cpu.new cpu.h
      make -j2 SHELL=$SHELL migcom
      cat >check <<'END_OF_CHECK'
]] .. mig_words(target, t .. "-mig", headers) .. [[
END_OF_CHECK
      # The right one passes, the wrong one does not; the message tells which it is.
      sh -e check
      mkdir wrong
      cp migcom wrong/]] .. t .. [[-migcom
      if MIGDIR=$PWD/wrong MIGCOM=]] .. t .. [[-migcom sh -e check 2>$out/message; then
        echo "a MIG of the wrong word size was not found out" >&2
        exit 1
      fi
      grep 'a MIG for words of ]] .. target.word * 2 .. [[ bytes' $out/message
    ]],
  })
end

return recipes
