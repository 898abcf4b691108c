-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Does the toolchain, compiled by itself, come out as it was? If so, nothing of what came before is left in
-- it. This stands beside the way to what is built with the toolchain, not on it.
local toolchain = lib "toolchain"

return toolchain.compare("toolchain-fixpoint", "compares the toolchain with what it compiled",
  { { toolchain.origins[1], 2 } })
