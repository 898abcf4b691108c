-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Static: it becomes a part of libgcrypt's library.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]

return build(target, {
  name = "hurd-libgpg-error",
  version = "1.46",
  summary = "error codes, for libgcrypt on the Hurd",
  homepage = "https://www.gnupg.org/software/libgpg-error/",
  license = "LGPL-2.1-or-later",
  sources = {
    { debian "libg/libgpg-error/libgpg-error_1.46.orig.tar.bz2", as = "libgpg-error",
      sha256 = "b7e11a64246bbe5ef37748de43b245abd72cfcd53c9ae5e7fc5ca59f1c81268d" },
  },
  inputs = { "gawk" },
  compiler = "gcc-" .. target.triplet .. "-stage1-12.2.0",
  dir = "libgpg-error",
  configure = {
    "--disable-nls", "--disable-shared", "--with-pic", "--disable-doc", "--disable-tests", "--disable-languages",
    "--enable-install-gpg-error-config",
  },
  -- The build runs what configure scripts ask later.
  prepare = 'sed -i "s:@INSTALLSHELLPATH@:$SHELL:" src/*.in\n',
  finish = "rm -r $out/lib/*.la $out/share\n",
  pregenerated = {
    "configure", "aclocal.m4", "config.h.in", "Makefile.in", "*/Makefile.in", "build-aux/ltmain.sh",
  },
  generated_unused = { "doc/*", "po/*.gmo" },
})
