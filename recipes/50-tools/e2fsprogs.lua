-- SPDX-License-Identifier: GPL-3.0-or-later
local build, e2fsprogs = lib "tool", lib "e2fsprogs"

return build {
  name = "e2fsprogs",
  from = "e2fsprogs-1.47.0",
  summary = "mke2fs, debugfs and e2fsck, for the disk image",
  prepare = e2fsprogs.prepare,
  -- Without net/if.h, libuuid opens no socket to find a network card's number for an identifier.
  configure = concat(e2fsprogs.programs, e2fsprogs.helpers, e2fsprogs.folders, { "ac_cv_header_net_if_h=no" }),
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
