-- SPDX-License-Identifier: GPL-3.0-or-later
local make = lib "make_43"

return lib "toolchain".each("make", function(stage)
  return stage.script {
    from = make.from,
    summary = "make",
    sources = make.sources,
    dirs = { "bin" },
    -- The shell is where dash is, whatever runs this build. glibc would take its own functions for those
    -- that come with make. What make would define as bsd_signal musl has, too, and signal does the same in both.
    text = [[
      sed -i 's:"/bin/sh":"/opt/boot-hurd/dash/bin/sh":' src/job.c
      sed -i 's:define ELIDE_CODE:define KEEP_CODE:' lib/glob.c lib/fnmatch.c
      cp ../config.h src/config.h
      cp lib/glob.in.h lib/glob.h
      cp lib/fnmatch.in.h lib/fnmatch.h
      $CC $CFLAGS $LDFLAGS -DHAVE_CONFIG_H -Dbsd_signal=signal -DINCLUDEDIR='"/include"' -DLIBDIR='"/lib"' -Isrc -Ilib \
        -o $out/bin/make \
    ]] .. make.files,
  }
end)
