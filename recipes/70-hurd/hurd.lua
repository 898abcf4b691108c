-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The Hurd: its libraries, the servers and programs of the image. lib "hurd_parts" lists them.
local build, target, parts = lib "hurd_user", lib "cross".targets[1], lib "hurd_parts"
-- For trans/random.
local gcrypt, gpg_error = input_path "hurd-libgcrypt-1.10.1", input_path "hurd-libgpg-error-1.46"

return build(merge(parts(target, gcrypt), {
  name = "hurd", from = "hurd-0.9.git20261028",
  summary = "servers, libraries and programs of the Hurd",
  inputs = { target.mig, "hurd-libgcrypt", "hurd-libgpg-error", "autoconf", "automake", "m4", "perl", "gawk" },
  prepare = lib "autoreconf",
  build_dir = "build", prefix = "",
  env = {
    MIG = target.triplet .. "-mig", PKG_CONFIG = "false",
    libgcrypt_CFLAGS = "-I" .. gcrypt .. "/include", libgcrypt_LIBS = "-lgcrypt",
    CPPFLAGS = "-I" .. gcrypt .. "/include -I" .. gpg_error .. "/include", LDFLAGS = "-L" .. gcrypt .. "/lib",
  },
}))
