-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What recipes of GCC 10 and newer have in common: where the sources are, how configure is told of the
-- libraries, the assembler and the C library, and what is left out. A configure list goes on with the
-- options that only one version has, and ends with the languages.
return {
  gcc_10 = {
    debian "g/gcc-10/gcc-10_10.2.1.orig.tar.xz", as = "gcc", nested = "gcc-10.2.0-dfsg.tar.xz",
    sha256 = "ea3c05faa381486e6b859c047dc14977418bf1ccda4567064e016493fd6fffec",
  },
  gcc_12 = {
    debian "g/gcc-12/gcc-12_12.2.0.orig.tar.gz", as = "gcc", nested = "gcc-12.2.0-dfsg.tar.xz",
    sha256 = "b8298be16aeeb96a889c6afed0a8e2241b47452e89cc81fe65ea849d5c740fcb",
  },
  configure = {
    "--target=i686-pc-linux-musl",
    "--with-gmp=" .. input_path "gmp-6.2.1", "--with-mpfr=" .. input_path "mpfr-4.2.0",
    "--with-mpc=" .. input_path "mpc-1.3.1",
    "--with-as=" .. input_path "binutils-2.40/bin/as", "--with-ld=" .. input_path "binutils-2.40/bin/ld",
    "--with-gnu-as", "--with-gnu-ld",
    "--with-native-system-header-dir=" .. input_path "libc/include",
    "--disable-bootstrap", "--disable-multilib", "--disable-shared", "--disable-nls",
    "--disable-lto", "--disable-plugin", "--disable-libsanitizer", "--disable-libgomp",
    "--disable-libquadmath", "--disable-libssp", "--disable-libvtv", "--disable-libitm",
    "--disable-libatomic", "--without-isl",
  },
}
