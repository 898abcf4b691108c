-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- There is no make yet to build make with, so that a shell compiles all of it.
local script, make = lib "script", lib "make_43"

return script {
  name = "make",
  from = make.from,
  summary = "the first make, compiled by TinyCC",
  sources = make.sources,
  inputs = { "tcc", "musl", "dash", "busybox" },
  env = { SHELL = input_path "dash/bin/sh" },
  dirs = { "bin" },
  shell = "dash",
  dir = "make",
  text = [[
    # No program can be started by a shell at /bin/sh here.
    sed -i "s:\"/bin/sh\":\"$SHELL\":" src/job.c
    cp ../config.h src/config.h
    cp lib/glob.in.h lib/glob.h
    cp lib/fnmatch.in.h lib/fnmatch.h
    tcc -DHAVE_CONFIG_H -DINCLUDEDIR='"/include"' -DLIBDIR='"/lib"' -Isrc -Ilib -o $out/bin/make \
]] .. make.files .. [[  ]],
}
