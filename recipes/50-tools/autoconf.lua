-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "autoconf",
  from = "autoconf-2.71",
  summary = "makes configure scripts",
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
}
