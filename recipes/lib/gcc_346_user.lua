-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: gnu_build with GCC 3.4.6 and musl. Takes its fields; adds the inputs.
return lib "compiled_by"({ "gcc-3.4.6", "binutils-2.16.1", { "musl-gcc", as = "libc" } }, "i686-pc-linux-gnu")
