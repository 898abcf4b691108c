-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- tcc's own test programs (tests/tests2), compiled by our tcc against musl and run; the report names each
-- one that is skipped or fails.
return recipe {
  name = "tcc-tests",
  version = "0.9.27",
  summary = "tcc's own test programs, one by one",
  homepage = "https://bellard.org/tcc/",
  license = "LGPL-2.1-or-later",
  sources = {
    { debian "t/tcc/tcc_0.9.27+git20200814.62c30a4a.orig.tar.bz2", as = "tcc",
      sha256 = "d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35" },
    { file "tcc-tests.sh" },
  },
  inputs = { "tcc", "musl", "dash", "busybox" },
  shell = "dash",
  script = "tcc-tests.sh",
}
