-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The image's /bin/sh.
local build = lib "hurd_user"

return build {
  name = "hurd-dash",
  from = "dash-0.5.12",
  summary = "shell, for the Hurd",
  -- The Hurd has no bound on the length of a path; dash wants one.
  env = { CPPFLAGS = "-DPATH_MAX=4096" },
  targets = { { "-C", "src" } },
  install = false,
  finish = "mkdir $out/bin\ncp src/dash $out/bin\n",
  pregenerated = { "configure", "Makefile.in", "src/Makefile.in", "config.h.in" },
  generated_unused = { "aclocal.m4" },
}
