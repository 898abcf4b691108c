-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What others published, a row a package and version: the version, the source and its pin, homepage, license, and
-- which files of it are generated (pregenerated: and used; generated_unused: and not used). A recipe of lib "gnu_build"
-- or lib "script" names its row, from = "gmp-6.2.1"; what the recipe says itself goes before the row, but that its
-- sources are added to those of the row.
local gcc = lib "gcc_files"

local rows = {
  ["autoconf-2.71"] = {
    version = "2.71",
    homepage = "https://www.gnu.org/software/autoconf/",
    license = "GPL-3.0-or-later WITH Autoconf-exception-3.0",
    sources = {
      { debian "a/autoconf/autoconf_2.71.orig.tar.gz", as = "autoconf",
        sha256 = "431075ad0bf529ef13cb41e9042c542381103e80015686222b8a9d4abef42a1c" },
    },
    pregenerated = { "configure", "Makefile.in", "aclocal.m4", "man/*.1", "doc/*.info" },
  },
  ["automake-1.16.5"] = {
    version = "1.16.5",
    homepage = "https://www.gnu.org/software/automake/",
    license = "GPL-2.0-or-later",
    sources = {
      { debian "a/automake-1.16/automake-1.16_1.16.5.orig.tar.xz", as = "automake",
        sha256 = "f01d58cd6d9d77fbdca9eb4bbd5ead1988228fdb73d6f7a201f5f8d6b118b469" },
    },
    pregenerated = { "configure", "Makefile.in", "aclocal.m4", "m4/amversion.*", "doc/*.info*" },
    generated_unused = { "t/*" },
  },
  ["binutils-2.16.1"] = {
    version = "2.16.1",
    homepage = "https://www.gnu.org/software/binutils/",
    license = "GPL-2.0-or-later",
    sources = {
      { debian "b/binutils-h8300-hms/binutils-h8300-hms_2.16.1.orig.tar.gz", as = "binutils",
        sha256 = "8e122775367a8d7a0a923e2a635bc7ec9a98177aed13c5fae11399368b7c37bd" },
    },
    pregenerated = {
      "configure", "*/configure", "Makefile.in", "*/Makefile.in", "*/config.in", "*/aclocal.m4",
      "bfd/*.[ch]", "binutils/*.[ch]", "opcodes/*.[ch]", "gas/*.[ch]", "ld/*.[ch]",
      "intl/*", "opcodes/*.in",
    },
    generated_unused = {
      "*/testsuite/*", "*.gmo", "*.1", "*.info*", "*/doc/*", "gprof/*", "etc/*.info", "libiberty/functions.texi",
      "binutils/*.com",
    },
  },
  ["binutils-2.40"] = {
    version = "2.40",
    homepage = "https://www.gnu.org/software/binutils/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "b/binutils/binutils_2.40.orig.tar.xz", as = "binutils",
        sha256 = "d78c2d2eb24a9be1e02f8854cb1bd435556d7f584fb6bfb6b07e6527d43fc41d" },
    },
  },
  ["bison-3.8.2"] = {
    version = "3.8.2",
    homepage = "https://www.gnu.org/software/bison/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "b/bison/bison_3.8.2+dfsg.orig.tar.xz", as = "bison",
        sha256 = "dff8a3c96dd34121828f62a7fa49e1f7765815b89e59f564e8d2a9e71c177be5" },
    },
    pregenerated = {
      "configure", "Makefile.in", "aclocal.m4", "lib/config.in.h", "lib/gnulib.mk",
      "lib/uniwidth/width.c", "m4/gnulib-comp.m4", "src/*.[ch]", "doc/bison.*",
      "*.gmo", "gnulib-po/*",
    },
    generated_unused = { "tests/testsuite", "lib/iconv_open-*.h" },
  },
  ["busybox-1.35.0"] = {
    version = "1.35.0",
    homepage = "https://busybox.net/",
    license = "GPL-2.0-only",
    sources = {
      { debian "b/busybox/busybox_1.35.0.orig.tar.bz2", as = "busybox",
        sha256 = "faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694" },
    },
    pregenerated = { "scripts/kconfig/lex.zconf.c_shipped", "scripts/kconfig/zconf.tab.c_shipped",
      "scripts/kconfig/zconf.hash.c_shipped" },
  },
  ["byacc-2.0.20221106"] = {
    version = "2.0.20221106",
    homepage = "https://invisible-island.net/byacc/",
    license = "public-domain",
    sources = {
      { debian "b/byacc/byacc_2.0.20221106.orig.tar.gz", as = "byacc",
        sha256 = "a899be227bbcac9cf7700f7dbb5a8494688f1f9f0617b510762daeace47b9d12" },
    },
    generated_unused = { "configure", "config_h.in", "*par.c", "*par.skel", "test/*" },
  },
  ["dash-0.5.12"] = {
    version = "0.5.12",
    homepage = "http://gondor.apana.org.au/~herbert/dash/",
    license = "BSD-3-Clause",
    sources = {
      { debian "d/dash/dash_0.5.12.orig.tar.gz", as = "dash",
        sha256 = "6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a" },
    },
    pregenerated = { "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in" },
  },
  ["e2fsprogs-1.47.0"] = {
    version = "1.47.0",
    homepage = "https://e2fsprogs.sourceforge.net/",
    license = "GPL-2.0-only AND LGPL-2.0-only AND BSD-3-Clause AND MIT",
    sources = {
      { debian "e/e2fsprogs/e2fsprogs_1.47.0.orig.tar.gz", as = "e2fsprogs",
        sha256 = "6667afde56eef0c6af26684974400e4d2288ea49e9441bf5e6229195d51a3578" },
    },
    pregenerated = { "configure", "lib/config.h.in", "aclocal.m4", "config/ltmain.sh", "lib/ext2fs/utf8data.h" },
    generated_unused = { "po/*.gmo", "lib/et/test_cases/*" },
  },
  ["flex-2.6.4"] = {
    version = "2.6.4",
    homepage = "https://github.com/westes/flex",
    license = "BSD-2-Clause",
    sources = {
      { debian "f/flex/flex_2.6.4.orig.tar.gz", as = "flex",
        sha256 = "e87aae032bf07c26f85ac0ed3250998c37621d95f8bd748b31f15b33c45ee995" },
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "src/config.h.in",
      "build-aux/ltmain.sh", "doc/flex.*", "src/scan.c", "src/parse.[ch]",
      "src/flex.skl", "po/*.gmo", "po/*.po",
    },
  },
  ["gawk-5.2.1"] = {
    version = "5.2.1",
    homepage = "https://www.gnu.org/software/gawk/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "g/gawk/gawk_5.2.1.orig.tar.xz", as = "gawk",
        sha256 = "2337a0283b180ec1b9c727973a34781c6478b3ae9bcbdcca0a4dc49861d75a65" },
    },
    pregenerated = { "configure", "configh.in", "Makefile.in", "support/Makefile.in", "aclocal.m4" },
    generated_unused = {
      "awkgram.c", "command.c", "awklib/Makefile.in", "build-aux/ltmain.sh", "doc/Makefile.in", "doc/sidebar.awk",
      "doc/it/sidebar.awk", "extension/*", "extras/Makefile.in", "pc/*", "po/*.gmo", "test/*", "vms/vmstest.com",
    },
  },
  ["gcc-10.2.0"] = {
    version = "10.2.0",
    homepage = "https://gcc.gnu.org/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "g/gcc-10/gcc-10_10.2.1.orig.tar.xz", as = "gcc", nested = "gcc-10.2.0-dfsg.tar.xz",
        sha256 = "ea3c05faa381486e6b859c047dc14977418bf1ccda4567064e016493fd6fffec" },
    },
    pregenerated = gcc.gcc_10.pregenerated,
    generated_unused = gcc.gcc_10.unused,
  },
  ["gcc-12.2.0"] = {
    version = "12.2.0",
    homepage = "https://gcc.gnu.org/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "g/gcc-12/gcc-12_12.2.0.orig.tar.gz", as = "gcc", nested = "gcc-12.2.0-dfsg.tar.xz",
        sha256 = "b8298be16aeeb96a889c6afed0a8e2241b47452e89cc81fe65ea849d5c740fcb" },
    },
    pregenerated = gcc.gcc_12.pregenerated,
    generated_unused = gcc.gcc_12.unused,
  },
  ["glibc-2.43"] = {
    version = "2.43",
    homepage = "https://www.gnu.org/software/libc/",
    license = "LGPL-2.1-or-later",
    sources = {
      { debian "g/glibc/glibc_2.43.orig.tar.xz", as = "glibc",
        sha256 = "b8f0d50a7d4255658efe1f608cacdc4be82bb3c009875626df5968cc64c58880" },
    },
    pregenerated = {
      "configure", "sysdeps/*/configure", "sysdeps/*/preconfigure", "sysdeps/mach/hurd/bits/errno.h",
      "locale/programs/*-kw.h",
    },
    -- Not built, tests, other systems.
    generated_unused = { "localedata/*", "sunrpc/*", "stdlib/tst-*", "sysdeps/unix/*", "sysdeps/x86_64/*" },
  },
  ["gmp-6.2.1"] = {
    version = "6.2.1",
    homepage = "https://gmplib.org/",
    license = "LGPL-3.0-or-later OR GPL-2.0-or-later",
    sources = {
      { debian "g/gmp/gmp_6.2.1+dfsg1.orig.tar.xz", as = "gmp",
        sha256 = "471b9e463e04362a0124f215afc5f0a4b99caedeeb62634c61bbc12988efa64c" },
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.in", "ltmain.sh",
      "mpn/*.h",
    },
    generated_unused = { "demos/*.[ch]", "mpn/cray/*.s" },
  },
  ["gnumach-1.8+git20261028"] = {
    version = "1.8+git20261028",
    homepage = "https://www.gnu.org/software/hurd/microkernel/mach/gnumach.html",
    license = "GPL-2.0-or-later AND Mach",
    sources = {
      { debian "g/gnumach/gnumach_1.8+git20261028.orig.tar.xz", as = "gnumach",
        sha256 = "017b14b420abdc3c22e350fc64cfe8eaddc0f81ba027ad1c42a6c0a850ed2d51" },
    },
  },
  ["grub-2.06"] = {
    version = "2.06",
    homepage = "https://www.gnu.org/software/grub/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "g/grub2/grub2_2.06.orig.tar.xz", as = "grub",
        sha256 = "b79ea44af91b93d17cd3fe80bdae6ed43770678a9a5ae192ccea803ebb657ee1" },
    },
    pregenerated = { "configure", "Makefile.in", "*/Makefile.in", "config-util.h.in", "grub-core/lib/gnulib/*" },
    generated_unused = { "aclocal.m4", "m4/*", "docs/*.info*", "po/*" },
  },
  ["hurd-0.9.git20261028"] = {
    version = "0.9.git20261028",
    homepage = "https://www.gnu.org/software/hurd/",
    license = "GPL-2.0-or-later",
    sources = {
      { debian "h/hurd/hurd_0.9.git20261028.orig.tar.bz2", as = "hurd",
        sha256 = "2a17feadadf1d1cd632c446bac259acedd1c1e1bcea786c0d2118bf9d008bd27" },
    },
  },
  ["libgcrypt-1.10.1"] = {
    version = "1.10.1",
    homepage = "https://www.gnupg.org/software/libgcrypt/",
    license = "LGPL-2.1-or-later",
    sources = {
      { debian "libg/libgcrypt20/libgcrypt20_1.10.1.orig.tar.bz2", as = "libgcrypt",
        sha256 = "ef14ae546b0084cd84259f61a55e07a38c3b53afc0f546bffcef2f01baffe9de" },
    },
    pregenerated = { "configure", "aclocal.m4", "config.h.in", "Makefile.in", "*/Makefile.in", "build-aux/ltmain.sh" },
    generated_unused = { "doc/*", "tests/*" },
  },
  ["libgpg-error-1.46"] = {
    version = "1.46",
    homepage = "https://www.gnupg.org/software/libgpg-error/",
    license = "LGPL-2.1-or-later",
    sources = {
      { debian "libg/libgpg-error/libgpg-error_1.46.orig.tar.bz2", as = "libgpg-error",
        sha256 = "b7e11a64246bbe5ef37748de43b245abd72cfcd53c9ae5e7fc5ca59f1c81268d" },
    },
    pregenerated = { "configure", "aclocal.m4", "config.h.in", "Makefile.in", "*/Makefile.in", "build-aux/ltmain.sh",
      "src/syscfg/lock-obj-pub.i686-unknown-gnu.h" }, -- the size of a lock, by a program that runs on the host
    generated_unused = { "doc/*", "po/*.gmo", "src/syscfg/*" },
  },
  ["m4-1.4.19"] = {
    version = "1.4.19",
    homepage = "https://www.gnu.org/software/m4/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "m/m4/m4_1.4.19.orig.tar.xz", as = "m4",
        sha256 = "63aede5c6d33b6d9b13511cd0be2cac046f2e70fd0a07aa9573a04a82783af96" },
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "lib/config.hin", "bootstrap",
      "lib/gnulib.mk", "m4/gnulib-*.m4", "lib/uniwidth/width.c", "doc/m4.1", "doc/*.info*",
      "po/*.gmo",
    },
    generated_unused = { "tests/*", "lib/iconv_open-*.h" },
  },
  ["make-4.3"] = {
    version = "4.3",
    homepage = "https://www.gnu.org/software/make/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "m/make-dfsg/make-dfsg_4.3.orig.tar.gz", as = "make",
        sha256 = "be4c17542578824e745f83bcd2a9ba264206187247cb6a5f5df99b0a9d1f9047" },
    },
    generated_unused = { "lib/Makefile.*", "m4/gnulib-*.m4", "src/config.h*", "po/*.gmo" },
  },
  ["mig-1.8+git20231217"] = {
    version = "1.8+git20231217",
    homepage = "https://www.gnu.org/software/hurd/microkernel/mach/mig/gnu_mig.html",
    license = "GPL-2.0-or-later AND Mach",
    sources = {
      { debian "m/mig/mig_1.8+git20231217.orig.tar.xz", as = "mig",
        sha256 = "684c897b62fdeaa84608738f76facb11d41335312c3488d27c339a51393376e9" },
    },
    pregenerated = { "configure", "Makefile.in", "*/Makefile.in" },
    generated_unused = { "aclocal.m4", "lexxer.c", "parser.[ch]" },
  },
  ["mpc-1.3.1"] = {
    version = "1.3.1",
    homepage = "https://www.multiprecision.org/mpc/",
    license = "LGPL-3.0-or-later",
    sources = {
      { debian "m/mpclib3/mpclib3_1.3.1.orig.tar.gz", as = "mpc",
        sha256 = "ab642492f5cf882b74aa0cb730cd410a81edcdbec895183ce930e706c1c759b8" },
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "config.h.in",
      "build-aux/ltmain.sh", "doc/*.info",
    },
  },
  ["mpfr-4.2.0"] = {
    version = "4.2.0",
    homepage = "https://www.mpfr.org/",
    license = "LGPL-3.0-or-later",
    sources = {
      { debian "m/mpfr4/mpfr4_4.2.0.orig.tar.xz", as = "mpfr",
        sha256 = "06a378df13501248c1b2db5aa977a2c8126ae849a9d9b7be2546fb4a9c26d993" },
    },
    pregenerated = {
      "configure", "Makefile.in", "*/Makefile.in", "aclocal.m4", "ltmain.sh", "doc/*.info",
      "src/*/mparam.h",
    },
  },
  ["musl-1.2.3"] = {
    version = "1.2.3",
    homepage = "https://musl.libc.org/",
    license = "MIT",
    sources = {
      { debian "m/musl/musl_1.2.3.orig.tar.gz", as = "musl",
        sha256 = "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4" },
    },
  },
  ["patch-2.7.6"] = {
    version = "2.7.6",
    homepage = "https://www.gnu.org/software/patch/",
    license = "GPL-3.0-or-later",
    sources = {
      { debian "p/patch/patch_2.7.6.orig.tar.xz", as = "patch",
        sha256 = "ac610bda97abe0d9f6b7c963255a11dcb196c25e337c61f94e4778d632f1d8fd" },
    },
    pregenerated = {
      "configure", "config.hin", "Makefile.in", "*/Makefile.in", "aclocal.m4", "lib/gnulib.mk",
      "m4/gnulib-comp.m4",
    },
    generated_unused = { "lib/parse-datetime.c" },
  },
  ["perl-5.36.0"] = {
    version = "5.36.0",
    homepage = "https://www.perl.org/",
    license = "Artistic-1.0-Perl OR GPL-1.0-or-later",
    sources = {
      { debian "p/perl/perl_5.36.0.orig.tar.xz", as = "perl",
        sha256 = "0f386dccbee8e26286404b2cca144e1005be65477979beb9b1ba272d4819bcf0" },
    },
    pregenerated = {
      "Configure", "config_h.SH", "perly.act", "perly.tab", "*.[ch]", "*.inc", "*.pl",
      "*.pm", "*.PL", "*.pc",
    },
    generated_unused = { "*/*.e2x", "*.fnc", "*/keys.txt" },
  },
  ["pkgconf-1.8.1"] = {
    version = "1.8.1",
    homepage = "http://pkgconf.org/",
    license = "ISC",
    sources = {
      { debian "p/pkgconf/pkgconf_1.8.1.orig.tar.xz", as = "pkgconf",
        sha256 = "644361ada2942be05655d4452eb018791647c31bba429b287f1f68deb2dc6840" },
    },
    pregenerated = { "configure", "libpkgconf/config.h.in", "Makefile.in", "aclocal.m4", "ltmain.sh" },
    generated_unused = { "libpkgconf/config.h.meson" },
  },
  ["python3-3.11.2"] = {
    version = "3.11.2",
    homepage = "https://www.python.org/",
    license = "PSF-2.0",
    sources = {
      { debian "p/python3.11/python3.11_3.11.2.orig.tar.gz", as = "python3",
        sha256 = "2411c74bda5bbcfcddaf4531f66d1adc73f247f529aee981b029513aefdbf849" },
    },
    pregenerated = {
      "configure", "aclocal.m4", "pyconfig.h.in", "Include/internal/*.h", "Include/opcode.h", "Include/token.h",
      "Lib/keyword.py", "Lib/token.py", "Modules/_blake2/*.c", "Modules/_sre/*.h", "Modules/unicode*_db.h",
      "Modules/cjkcodecs/*.h",
      "Objects/typeslots.inc", "Objects/unicodetype_db.h", "Parser/parser.c", "Parser/token.c",
      "Python/Python-ast.c", "Python/stdlib_module_names.h", "Lib/stringprep.py", "Lib/encodings/*.py",
      "Lib/re/_casefix.py", "Modules/Setup.stdlib.in",
    },
    generated_unused = {
      "Doc/*", "Lib/pydoc_data/*", "Lib/test/*", "Modules/_ssl_data*.h", "Modules/_testcapi*.inc", "PC/*",
      "Programs/test_frozenmain.h", "Tools/*",
    },
  },
}

-- Returns PACKAGE with what the row that it names says.
return function(package)
  local row = rows[package.from]
  if not row then
    error('lib "upstream" has no row "' .. package.from .. '"', 0)
  end
  local r = merge(row, package, { sources = concat(row.sources, package.sources) })
  r.from = nil
  return r
end
