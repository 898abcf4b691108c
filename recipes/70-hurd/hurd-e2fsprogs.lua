-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The image's fsck, which repairs its file system after a power cut, and mke2fs.
local build, e2fsprogs = lib "hurd_user", lib "e2fsprogs"

return build {
  name = "hurd-e2fsprogs",
  from = "e2fsprogs-1.47.0",
  summary = "e2fsck and mke2fs, for the Hurd",
  prepare = e2fsprogs.prepare,
  env = { BUILD_CC = "gcc -static" },
  configure = concat(e2fsprogs.programs, { "--disable-debugfs" }, e2fsprogs.helpers, { "--without-libarchive" },
    e2fsprogs.folders),
  targets = { { "libs" }, { "-C", "e2fsck" }, { "-C", "misc", "mke2fs" } },
  install = false,
  finish = [[
    mkdir $out/sbin
    cp e2fsck/e2fsck misc/mke2fs $out/sbin
    ln -s e2fsck $out/sbin/fsck.ext2
    ln -s mke2fs $out/sbin/mkfs.ext2
  ]],
  pregenerated = { "configure", "lib/config.h.in", "config/ltmain.sh", "lib/ext2fs/utf8data.h" },
  generated_unused = { "aclocal.m4", "po/*.gmo", "lib/et/test_cases/*" },
}
