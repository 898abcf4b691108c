-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "autoconf",
  version = "2.71",
  summary = "makes configure scripts",
  homepage = "https://www.gnu.org/software/autoconf/",
  license = "GPL-3.0-or-later WITH Autoconf-exception-3.0",
  sources = {
    { debian "a/autoconf/autoconf_2.71.orig.tar.gz", as = "autoconf",
      sha256 = "431075ad0bf529ef13cb41e9042c542381103e80015686222b8a9d4abef42a1c" },
  },
  inputs = { "m4", "perl" },
  make = { "MAKEINFO=true", "HELP2MAN=true" },
  finish = [[
    sed -i "1s:/bin/sh:$SHELL:" $out/bin/autoconf
    mkdir /tmp/test
    cd /tmp/test
    cat >configure.ac <<'EOF'
AC_INIT([test], [1])
AC_PROG_CC
AC_CHECK_HEADERS([stdlib.h no-such-header.h])
AC_CONFIG_HEADERS([config.h])
AC_OUTPUT
EOF
    $out/bin/autoconf
    $out/bin/autoheader
    CONFIG_SHELL=$SHELL sh ./configure
    grep -x '#define HAVE_STDLIB_H 1' config.h
    grep 'undef HAVE_NO_SUCH_HEADER_H' config.h
  ]],
  pregenerated = {
    "configure", "Makefile.in", "aclocal.m4", "man/*.1", "doc/*.info",
  },
}
