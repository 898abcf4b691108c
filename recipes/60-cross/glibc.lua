-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The GNU C library for each target. 2.43 is the first whose setrlimit(RLIMIT_AS) reaches the kernel's limit of
-- a task's memory, without which ext2fs does not start in 512 MiB. For that, its headers must be those of the
-- kernel's source.
local build, cross, mig_words = lib "cross_user", lib "cross", lib "mig_words"

-- Not built: iconvdata, localedata, timezone (large, and nothing needs them), manual and po (Debian took the
-- manual out), conform and support (tests only).
local subdirs = [[csu assert ctype locale intl catgets math setjmp signal stdlib stdio-common libio malloc
 string wcsmbs time dirent posix io termios resource misc socket sysvipc gmon gnulib iconv wctype argp rt
 debug mathvec dlfcn elf]]

return cross.each(function(target)
  local t = target.triplet
  local mach = "mach-headers-" .. t .. "-1.8+git20261028"
  return build(target, {
    name = "glibc-" .. t,
    from = "glibc-2.43",
    summary = "GNU C library for " .. t,
    sources = { file "gen-as-const.sh", file "gen-translit.awk" },
    inputs = {
      "mig-" .. t .. "-1.8+git20231217", mach, "hurd-headers", "gawk", "bison",
    },
    compiler = "gcc-" .. t .. "-stage1-12.2.0",
    sysroot = false,
    dir = "glibc",
    build_dir = "build",
    prepare = mig_words(target, t .. "-mig", input_path(mach .. "/include")) .. [[
      mkdir /build/headers
      cp -r ]] .. input_path(mach .. "/include") .. "/. " .. input_path "hurd-headers-0.9/include" .. [[/. /build/headers
      # bits/errno.h would be made again of the manual, which Debian took out.
      sed -i '/^mach-errno-h = /,/^common-generated += errnos.d/d' sysdeps/mach/hurd/Makefile
      # Python would run two scripts only, and make tests that are not built.
      sed -i 's:\$(PYTHON) \$< --cc:$(SHELL) /build/gen-as-const.sh --cc:' Makerules
      sed -i 's:\$(PYTHON) gen-translit.py:$(AWK) -f /build/gen-translit.awk:' locale/Makefile
      sed -i '/^\$(eval \$(call include_dsosort_tests/d' elf/Makefile
      sed -i 's/critic_missing="\$critic_missing python"/: not needed/' configure
    ]],
    env = { BUILD_CC = "gcc -static", MIG = t .. "-mig" },
    prefix = "",
    configure = {
      "--with-headers=/build/headers", "--disable-profile", "--disable-nscd", "--disable-werror",
      "--without-selinux", "--disable-timezone-tools", "--disable-nls", "libc_cv_ctors_header=yes",
      "libc_cv_cxx_link_ok=no",
    },
    make = { "MAKEINFO=:", "all-subdirs=" .. table.concat(words(subdirs), " ") },
    install = { "install", "install_root=" .. out "" },
    finish = [[
      cd $out/lib
      # Programs of the Hurd use its interfaces and the kernel's without naming their libraries.
      sed -i 's: )$: AS_NEEDED ( -lmachuser -lhurduser ) ):' libc.so
      grep -q hurduser libc.so
    ]] .. "test -e " .. target.loader[1] .. " || ln -s " .. target.loader[2] .. " " .. target.loader[1],
  })
end)
