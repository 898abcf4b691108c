-- SPDX-License-Identifier: GPL-3.0-or-later
local build = lib "tool"

return build {
  name = "automake",
  from = "automake-1.16.5",
  summary = "makes Makefile.in, and has aclocal",
  inputs = { "m4", "perl", "autoconf" },
  prepare = 'sed -i "1s:/bin/sh:$SHELL:" pre-inst-env.in',
  -- It runs these by the path that configure is given.
  configure_env = {
    AUTOCONF = input_path "autoconf-2.71/bin/autoconf",
    AUTOM4TE = input_path "autoconf-2.71/bin/autom4te",
  },
  make = { "MAKEINFO=true" },
  finish = [[
    mkdir /tmp/test
    cd /tmp/test
    cat >configure.ac <<'EOF'
AC_INIT([test], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
EOF
    printf 'bin_PROGRAMS = answer\n' >Makefile.am
    printf 'int main(void) { return 42; }\n' >answer.c
    PATH=$out/bin:$PATH autoreconf -i
    CONFIG_SHELL=$SHELL sh ./configure
    make SHELL=$SHELL LDFLAGS=-static
    ./answer || test $? = 42
  ]],
}
