-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The image's /bin/sh.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]

return build(target, {
  name = "hurd-dash",
  version = "0.5.12",
  from = "dash-0.5.12",
  summary = "shell, for the Hurd",
  compiler = "gcc-" .. target.triplet .. "-stage1-12.2.0",
  dir = "dash",
  -- The Hurd has no bound on the length of a path; dash wants one.
  env = { CPPFLAGS = "-DPATH_MAX=4096" },
  targets = { { "-C", "src" } },
  install = false,
  finish = "mkdir $out/bin\ncp src/dash $out/bin\n",
  pregenerated = { "configure", "Makefile.in", "src/Makefile.in", "config.h.in" },
  generated_unused = { "aclocal.m4" },
})
