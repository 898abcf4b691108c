-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What we change in Debian's TinyCC 0.9.27+git20200814: one set for all roads to tcc, so that they can
-- meet at the same bits.
return {
  source = { tree "../30-tcc/tcc-patches", as = "tcc-patches" },
  files = {
    "tcc-patches/01-same-everywhere.patch",
    "tcc-patches/02-always-static.patch",
    "tcc-patches/03-alias-is-a-symbol.patch",
    "tcc-patches/04-return-before-last-brace.patch",
    "tcc-patches/05-weak-symbols-in-archives.patch",
  },
}
