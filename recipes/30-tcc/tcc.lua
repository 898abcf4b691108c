-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- TinyCC compiled by itself: the compiler that the rest of the chain starts from. Any root will do, as
-- they meet at the same bits; the first line says which one is walked.
local root = "tcc-cc1-again"

local tcc_stage = lib "tcc_stage"

return tcc_stage {
  name = "tcc",
  summary = "small and fast C compiler",
  inputs = { { root, as = "tcc-boot" } },
  cc = { input_path "tcc-boot/bin/tcc", "-B" .. input_path "tcc-boot/lib/tcc" },
}
