-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: GCC 3.4.6, compiled by TinyCC or by itself. All stages are configured alike, so that their
-- bits can be compared. Takes the fields of a recipe but for the build's, and:
--
--   languages  for --enable-languages
--   cxx        true: libstdc++ too
--   libc       the name by which the C library of this build is taken in; default: libc
--
-- All of them look for their C library at /opt/boot-hurd/libc. The first is built with another one than
-- the rest, which goes by another name then.
local gnu_build = lib "gnu_build"

local prepare = [[
# Headers need no fixing here; limits.h is tested for at its place in this build.
sed -i -e 's:^STMP_FIXINC = .*:STMP_FIXINC =:' \
  -e 's:^NATIVE_SYSTEM_HEADER_DIR = .*:NATIVE_SYSTEM_HEADER_DIR = LIBC/include:' \
  gcc/Makefile.in
sed -i 's:^stmp-int-hdrs\: .*:&\n\tmkdir -p include\n\tcp $(srcdir)/gsyslimits.h include/syslimits.h:' gcc/Makefile.in
sed -i 's:"/usr/include":"/opt/boot-hurd/libc/include":' gcc/cppdefault.c
sed -i 's:_prefix_1 = "/lib/":_prefix_1 = "/opt/boot-hurd/libc/lib/":' gcc/gcc.c
# musl has these types by their POSIX names only.
sed -i -e 's:struct siginfo :siginfo_t :' -e 's:struct ucontext :struct __ucontext :' \
  gcc/config/i386/linux.h
# Debian took the manual out.
sed -i 's:install-man install-info::' gcc/Makefile.in
mkdir gcc/doc
for page in cpp cppenv cppopts invoke fdl funding gcov gpl; do
  touch gcc/doc/$page.texi
done
# Names of anonymous namespaces come from a seed; that it takes from the time and the process.
sed -i 's:value = local_tick ^ getpid ();:value = 0;:' gcc/toplev.c
# The C of the grammars is made anew; make does it for that of C, and would do the other twice at once.
rm gcc/c-parse.y gcc/c-parse.c
yacc -d -o gcc/gengtype-yacc.c gcc/gengtype-yacc.y
# Like Bison's parsers, byacc's may use realloc.
sed -i 's:defined(YYBISON):defined(YYBYACC):' gcc/system.h
# The parts of libstdc++ for an operating system are glibc's under this name.
sed -i 's:os/gnu-linux:os/generic:' libstdc++-v3/configure.host
]]

return function(package)
  local r = merge(package)
  local languages, cxx, libc = r.languages, r.cxx, "/opt/boot-hurd/" .. (r.libc or "libc")
  r.languages, r.cxx, r.libc = nil, nil, nil
  r.version = "3.4.6"
  r.homepage = "https://gcc.gnu.org/"
  r.license = "GPL-2.0-or-later"
  r.sources = {
    { debian "g/gcc-h8300-hms/gcc-h8300-hms_3.4.6+dfsg2.orig.tar.gz", as = "gcc",
      sha256 = "1626f9e00509268ca7c791528aca41258bfd5b784cb317cf2bccd68f2f63cfed" },
  }
  r.dir = "gcc"
  r.build_dir = "build"
  r.shell = "dash"
  r.env = r.env or {}
  r.env.SHELL = input_path "dash/bin/sh"
  r.env.C_INCLUDE_PATH = libc .. "/include"
  r.env.CPLUS_INCLUDE_PATH = libc .. "/include"
  r.env.LIBRARY_PATH = libc .. "/lib"
  r.prepare = lib "shell_paths" .. replace(prepare, "LIBC", libc)
  r.prefix = "/opt/boot-hurd/gcc-3.4.6"
  r.configure = {
    "--build=i686-pc-linux-gnu", "--host=i686-pc-linux-gnu", "--target=i686-pc-linux-gnu",
    "--with-as=" .. input_path "binutils-2.16.1/bin/as", "--with-ld=" .. input_path "binutils-2.16.1/bin/ld",
    "--with-gnu-as", "--with-gnu-ld", "--with-local-prefix=/opt/boot-hurd/libc", "--disable-nls",
    "--disable-shared", "--enable-languages=" .. languages, "--enable-threads=single",
    "--disable-multilib", "--enable-clocale=generic", "--disable-checking",
    "--disable-libstdcxx-pch",
  }
  r.make = { "MAKEINFO=true", "BISON=yacc" }
  r.targets = { cxx and { "all-gcc", "all-target-libstdc++-v3" } or { "all-gcc" } }
  r.install = { "prefix=" .. out "", "install-gcc" }
  if cxx then
    r.install[3] = "install-target-libstdc++-v3"
  end
  r.limits = { time = 7200 }
  r.pregenerated = {
    "configure", "*/configure", "*/config.in", "libstdc++-v3/config.h.in",
    "libstdc++-v3/*/Makefile.in", "gcc/*.[chy]", "gcc/fixinc/*", "*.in", "intl/*",
    "libiberty/*", "libstdc++-v3/*.m4",
  }
  r.generated_unused = {
    "gcc/po/*.gmo",
  }
  return gnu_build(r)
end
