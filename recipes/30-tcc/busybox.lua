-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- sed, grep, awk, tar, patch, find, diff, the compressors and what coreutils has: one program for all of
-- them, because it is plain C that needs no configure script, while each of the GNU programs wants the
-- others to be configured. Its build wants Kconfig, make and sed: busybox-config.c stands in for
-- the first two headers, lib "busybox_config" names the files.
local script, busybox = lib "script", lib "busybox_config"

return script(merge(busybox.fields, {
  name = "busybox",
  summary = "the first tools beside the shell, in one program",
  inputs = { "tcc", "musl", "dash" },
  shell = "dash",
  args = busybox.files ".c",
  text = [[
    tcc -o ../busybox-config ../busybox-config.c
    ../busybox-config ../options */*.c */*/*.c */Config.src */*/Config.src \
      Config.in

    echo '#define NUM_SCRIPTS 0' >include/embedded_scripts.h
    echo 'enum { COMMON_BUFSIZE = 1024 };
    extern char bb_common_bufsiz1[];
    #define setup_common_bufsiz() ((void)0)' >include/common_bufsiz.h
    >include/usage.h
    echo '#define UNPACKED_USAGE ""' >include/usage_compressed.h

    tcc -o ../applet_tables applets/applet_tables.c
    ../applet_tables include/applet_tables.h include/NUM_APPLETS.h

    objects=
    for c; do
      o=${c%.c}.o
      tcc -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 '-DBB_VER="1.35.0"' -DNDEBUG -D__attribute__=__attribute__ \
        -include include/autoconf.h -Iinclude -Ilibbb -c -o $o $c
      objects="$objects $o"
    done
    tcc -o $out/bin/busybox $objects

    cd $out/bin
    for name in $(./busybox --list); do
      [ -e $name ] || ./busybox ln -s busybox $name
    done
  ]],
}))
