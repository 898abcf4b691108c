-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Origins that share no compiler must meet: GCC 12 of the seed, of Debian's GCC and of Debian's clang compile
-- the toolchain, and each part must have one hash. A comparison that fails names its part and the file.
local toolchain = lib "toolchain"

local rows = {}
for i = 2, #toolchain.origins do
  for round = 1, toolchain.rounds do
    rows[#rows + 1] = { toolchain.origins[i], round }
  end
end

return toolchain.compare("gcc-roots", "proof that independent origins meet at one toolchain", rows)
