-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The target's C library, with the headers of GNU Mach and the Hurd: what a compiler for the target finds at
-- the place built into it, /opt/boot-hurd/sysroot-TRIPLET.
local script, cross = lib "script", lib "cross"

return cross.each(function(target)
  local t = target.triplet
  return script {
    name = target.sysroot,
    summary = "headers and C library of " .. t .. ", where its compilers look for them",
    license = "LGPL-2.1-or-later AND GPL-2.0-or-later AND Mach",
    inputs = {
      { target.kernel_headers, as = "mach" }, { "hurd-headers", as = "hurd" },
      { "glibc-" .. t, as = "glibc" }, "dash", "busybox",
    },
    shell = "dash",
    text = [[
      mkdir $out/include
      for part in mach hurd glibc; do
        cp -r /opt/boot-hurd/$part/include/. $out/include
        # The folders of an input are read-only, and so are their copies.
        chmod -R u+w $out/include
      done
      cp -r /opt/boot-hurd/glibc/lib $out/lib
    ]],
  }
end)
