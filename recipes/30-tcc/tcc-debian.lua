-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The second root: TinyCC compiled by Debian's own tcc package, which is taken on trust here. It is
-- not part of the road from the seed; it is there to be compared with it (see tcc-roots).
local tcc_stage = lib "tcc_stage"

local first = tcc_stage {
  name = "tcc-debian",
  summary = "TinyCC compiled by Debian's binary package of it",
  sources = {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a-1_i386.deb", as = "debian-tcc",
      sha256 = "e0309025401ddebb816aff21085aa4d92efca9e06c4a14accf90680199cfac47" },
    { debian "g/glibc/libc6_2.36-9+deb12u14_i386.deb", as = "debian-libc",
      sha256 = "76b12e06be66ec3fc2c1791d7d8cf34c2b828ed210e3913feeeb8edc9688f820" },
  },
  -- The program is dynamic and its loader is not at its usual place.
  cc = {
    "debian-libc/lib/i386-linux-gnu/ld-linux.so.2", "--library-path",
    "debian-libc/lib/i386-linux-gnu", "debian-tcc/bin/tcc",
    "-Bdebian-tcc/lib/i386-linux-gnu/tcc",
  },
  pregenerated = { "bin/tcc", "lib/i386-linux-gnu/*" },
  generated_unused = { "usr/*" },
}

local again = tcc_stage {
  name = "tcc-debian-again",
  summary = "TinyCC compiled by the one that Debian's compiled",
  part = "tcc", root = "debian-tcc",
  inputs = { { "tcc-debian", as = "tcc-boot" } },
  cc = { input_path "tcc-boot/bin/tcc", "-B" .. input_path "tcc-boot/lib/tcc" },
}

return { first, again }
