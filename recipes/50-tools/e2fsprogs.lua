-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "e2fsprogs",
  from = "e2fsprogs-1.47.0",
  summary = "mke2fs, debugfs and e2fsck, for the disk image",
  -- Scripts that the build makes and runs, so they need the shell's path as well.
  prepare = [[
    sed -i "1s:/bin/sh:$SHELL:" lib/et/compile_et.sh.in lib/ss/mk_cmds.sh.in util/install-symlink.in
    sed -i 's:" /bin/sh $ac_aux_dir:" $CONFIG_SHELL $ac_aux_dir:' configure
  ]],
  -- Without net/if.h, libuuid opens no socket to find a network card's number for an identifier.
  configure = {
    "--disable-nls", "--disable-fuse2fs", "--disable-uuidd", "--disable-defrag", "--disable-imager",
    "--disable-resizer", "--disable-e2initrd-helper", "--disable-tdb", "--disable-backtrace", "--disable-fsck",
    "--with-udev-rules-dir=no", "--with-crond-dir=no", "--with-systemd-unit-dir=no",
    "ac_cv_header_net_if_h=no",
  },
  targets = { { "libs" }, { "-C", "misc", "mke2fs", "tune2fs", "dumpe2fs" }, { "-C", "debugfs" }, { "-C", "e2fsck" } },
  install = false,
  finish = [[
    mkdir $out/bin
    cp misc/mke2fs misc/tune2fs misc/dumpe2fs debugfs/debugfs e2fsck/e2fsck $out/bin
    # A file system of the Hurd's kind, with a translator, checked.
    cd /tmp
    mkdir root
    echo seed >root/file
    id=00000000-0000-4000-8000-000000000179
    $out/bin/mke2fs -q -F -t ext2 -b 4096 -I 128 -o hurd -U $id -E hash_seed=$id -d root fs.img 4M
    printf 'cd /\nwrite /dev/null null\nea_set null gnu.translator "/hurd/null"\n' >commands
    $out/bin/debugfs -w -f commands fs.img
    $out/bin/e2fsck -fn fs.img
    test "$($out/bin/debugfs -R 'cat file' fs.img)" = seed
    $out/bin/debugfs -R 'ea_get null gnu.translator' fs.img | grep /hurd/null
  ]],
}
