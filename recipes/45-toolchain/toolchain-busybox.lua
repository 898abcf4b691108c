-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The chain's busybox, with the same applets: see 30-tcc/busybox.lua.
local busybox = lib "busybox_config"

return lib "toolchain".each("busybox", function(stage)
  return stage.script(merge(busybox.fields, {
    summary = "the tools beside the shell, in one program",
    args = busybox.files ".o",
    text = [[
      $CC $CFLAGS $LDFLAGS -o ../busybox-config ../busybox-config.c
      ../busybox-config ../options */*.c */*/*.c */Config.src */*/Config.src Config.in

      echo '#define NUM_SCRIPTS 0' >include/embedded_scripts.h
      echo 'enum { COMMON_BUFSIZE = 1024 };
      extern char bb_common_bufsiz1[];
      #define setup_common_bufsiz() ((void)0)' >include/common_bufsiz.h
      >include/usage.h
      echo '#define UNPACKED_USAGE ""' >include/usage_compressed.h

      $CC $CFLAGS $LDFLAGS -o ../applet_tables applets/applet_tables.c
      ../applet_tables include/applet_tables.h include/NUM_APPLETS.h

      # What its own makefiles set for the language, and make's rule for C.
      make -j2 -f /dev/null SHELL=$SHELL "CFLAGS=$CFLAGS -std=gnu99 -funsigned-char -fno-strict-aliasing" \
        'CPPFLAGS=-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 "-DBB_VER=\"1.35.0\"" -DNDEBUG -include include/autoconf.h -Iinclude -Ilibbb' \
        "$@"
      $CC $CFLAGS $LDFLAGS -o $out/bin/busybox "$@"

      cd $out/bin
      for name in $(./busybox --list); do
        [ -e $name ] || ./busybox ln -s busybox $name
      done
    ]],
  }))
end)
