-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What recipes of e2fsprogs have in common: shell text for prepare, and what is left out, in the order in which
-- configure is told of it: programs, helpers, and folders of other packages to install to.
return {
  -- Scripts that the build makes and runs, so they need the shell's path as well.
  prepare = [[
    sed -i "1s:/bin/sh:$SHELL:" lib/et/compile_et.sh.in lib/ss/mk_cmds.sh.in util/install-symlink.in
    sed -i 's:" /bin/sh $ac_aux_dir:" $CONFIG_SHELL $ac_aux_dir:' configure
  ]],
  programs = {
    "--disable-nls", "--disable-fuse2fs", "--disable-uuidd", "--disable-defrag", "--disable-imager",
    "--disable-resizer",
  },
  helpers = { "--disable-e2initrd-helper", "--disable-tdb", "--disable-backtrace", "--disable-fsck" },
  folders = { "--with-udev-rules-dir=no", "--with-crond-dir=no", "--with-systemd-unit-dir=no" },
}
