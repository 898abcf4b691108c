-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "pkgconf",
  from = "pkgconf-1.8.1",
  summary = "pkg-config and pkg.m4",
  -- No folder but those that PKG_CONFIG_PATH names.
  configure = {
    "--disable-shared", "--with-pkg-config-dir=/nonexistent", "--with-system-libdir=/nonexistent",
    "--with-system-includedir=/nonexistent",
  },
  finish = [[
    ln -s pkgconf $out/bin/pkg-config
    rm -r $out/lib $out/include $out/share/doc $out/share/man
    printf '%s\n' 'prefix=/opt/test' 'Name: test' 'Description: test' 'Version: 1.2' \
      'Libs: -L${prefix}/lib -ltest' >/tmp/test.pc
    PKG_CONFIG_PATH=/tmp $out/bin/pkg-config --libs 'test >= 1.1' | grep '^-L/opt/test/lib -ltest *$'
    test -f $out/share/aclocal/pkg.m4
  ]],
}
