-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The image's fsck, which repairs its file system after a power cut, and mke2fs.
local build = lib "hurd_user"

return build {
  name = "hurd-e2fsprogs",
  from = "e2fsprogs-1.47.0",
  summary = "e2fsck and mke2fs, for the Hurd",
  prepare = [[
    sed -i "1s:/bin/sh:$SHELL:" lib/et/compile_et.sh.in lib/ss/mk_cmds.sh.in util/install-symlink.in
    sed -i 's:" /bin/sh $ac_aux_dir:" $CONFIG_SHELL $ac_aux_dir:' configure
  ]],
  env = { BUILD_CC = "gcc -static" },
  configure = {
    "--disable-nls", "--disable-fuse2fs", "--disable-uuidd", "--disable-defrag", "--disable-imager",
    "--disable-resizer", "--disable-debugfs", "--disable-e2initrd-helper", "--disable-tdb", "--disable-backtrace",
    "--disable-fsck", "--without-libarchive", "--with-udev-rules-dir=no", "--with-crond-dir=no",
    "--with-systemd-unit-dir=no",
  },
  targets = { { "libs" }, { "-C", "e2fsck" }, { "-C", "misc", "mke2fs" } },
  install = false,
  finish = [[
    mkdir $out/sbin
    cp e2fsck/e2fsck misc/mke2fs $out/sbin
    ln -s e2fsck $out/sbin/fsck.ext2
    ln -s mke2fs $out/sbin/mkfs.ext2
  ]],
  pregenerated = {
    "configure", "lib/config.h.in", "config/ltmain.sh", "lib/ext2fs/utf8data.h",
  },
  generated_unused = { "aclocal.m4", "po/*.gmo", "lib/et/test_cases/*" },
}
