-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Shell text that stops a build whose MIG is not for TARGET, a row of lib "cross". MIG puts the sizes of its
-- target's types into the stubs it makes. With those of another machine all compiles and links, but no
-- message is understood, and what is booted hangs at "start ext2fs:". So stubs of a small interface are
-- looked at and compiled first. Takes two shell words: the MIG to look at, and the folder of GNU Mach's headers.
local text = [[
(
  mig=@mig@
  headers=@headers@
  mkdir -p /tmp/mig-words/mach
  cd /tmp/mig-words
  cat >words.defs <<'END'
subsystem words 1000;
#include <mach/std_types.defs>
#include <mach/mach_types.defs>
routine words(port : mach_port_t; address : vm_address_t; data : pointer_t; out size : vm_size_t);
END
  $mig -I$headers -user words.c -header words.h -server /dev/null words.defs
  bytes=$(sed -n 's/.*sizeof(vm_address_t) == \([0-9]*\).*/\1/p' words.c)
  if test "$bytes" != @word@; then
    echo "$mig: a MIG for words of ${bytes:-unknown} bytes, but those of @triplet@ have @word@." >&2
    echo "What is compiled with it would hang at its first message; see lib/mig_words.lua." >&2
    exit 1
  fi
  : >mach/mig_support.h
  if ! @triplet@-gcc -w -ffreestanding -fsyntax-only -I. -I$headers words.c; then
    echo "$mig: its stubs do not compile for @triplet@; see lib/mig_words.lua." >&2
    exit 1
  fi
)
rm -r /tmp/mig-words
]]

return function(target, mig, headers)
  local shell = text
  for _, value in ipairs {
    { "@mig@", mig }, { "@headers@", headers }, { "@word@", tostring(target.word) }, { "@triplet@", target.triplet },
  } do
    shell = replace(shell, value[1], value[2])
  end
  return shell
end
