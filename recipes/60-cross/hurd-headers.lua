-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The Hurd's headers and interface definitions, for the C library. They are the same for every target.
local script = lib "script"

return script {
  name = "hurd-headers",
  from = "hurd-0.9.git20261028",
  version = "0.9",
  summary = "headers and interfaces of the Hurd",
  inputs = { "dash", "busybox", "make" },
  shell = "dash",
  dir = "hurd",
  -- Makefiles want what configure makes; for headers, an empty one is enough.
  text = [[
    : >config.make
    for dir in hurd include; do
      make -C $dir install-headers SHELL=$(command -v sh) no_deps=t DESTDIR= includedir=$out/include \
        INSTALL_DATA="install -m 644" MKINSTALLDIRS="mkdir -p"
    done
  ]],
}
