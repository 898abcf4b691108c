-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Static: it becomes a part of libgcrypt's library.
local build = lib "hurd_user"

return build {
  name = "hurd-libgpg-error",
  from = "libgpg-error-1.46",
  summary = "error codes, for libgcrypt on the Hurd",
  inputs = { "gawk" },
  configure = {
    "--disable-nls", "--disable-shared", "--with-pic", "--disable-doc", "--disable-tests", "--disable-languages",
    "--enable-install-gpg-error-config",
  },
  -- The build runs what configure scripts ask later.
  prepare = 'sed -i "s:@INSTALLSHELLPATH@:$SHELL:" src/*.in\n',
  finish = "rm -r $out/lib/*.la $out/share\n",
}
