-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The Hurd's /dev/random takes its hash from it. It cannot ask that device for itself, so it has no
-- generator that would: entropy comes from the kernel's tables.
local build = lib "hurd_user"

return build {
  name = "hurd-libgcrypt",
  from = "libgcrypt-1.10.1",
  summary = "cryptography, for the Hurd's random device",
  inputs = { "hurd-libgpg-error", "gawk" },
  configure = {
    "--disable-static", "--disable-doc", "--disable-asm", "--disable-padlock-support",
    "--with-libgpg-error-prefix=" .. input_path "hurd-libgpg-error-1.46",
  },
  finish = "rm -rf $out/lib/*.la $out/share $out/bin\n",
}
