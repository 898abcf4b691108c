-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Shell text for `prepare`: makes configure (and Makefile.in) when the source has none, as a source from
-- version control has none. Needs autoconf, automake, m4 and perl among the inputs.
return [[
test -e configure || {
  autoreconf -i
  sed -i "1s:^#! */bin/sh:#!$SHELL:" configure
}
]]
