-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Which part of the GNU C library is built, and by what it is made to be built here, as fields of a recipe by lib
-- "cross_user". HEADERS are two folders of headers, the kernel's and the Hurd's.

-- Not built: iconvdata, localedata, timezone (large, and nothing needs them), manual and po (Debian took the
-- manual out), conform and support (tests only).
local subdirs = [[csu assert ctype locale intl catgets math setjmp signal stdlib stdio-common libio malloc
 string wcsmbs time dirent posix io termios resource misc socket sysvipc gmon gnulib iconv wctype argp rt
 debug mathvec dlfcn elf]]

return function(headers)
  return {
    from = "glibc-2.43",
    build_dir = "build",
    prepare = [[
      mkdir /build/headers
      cp -r ]] .. headers[1] .. "/. " .. headers[2] .. [[/. /build/headers
      # bits/errno.h would be made again of the manual, which Debian took out.
      sed -i '/^mach-errno-h = /,/^common-generated += errnos.d/d' sysdeps/mach/hurd/Makefile
      # Python would run two scripts only, and make tests that are not built.
      sed -i 's:\$(PYTHON) \$< --cc:$(SHELL) /build/gen-as-const.sh --cc:' Makerules
      sed -i 's:\$(PYTHON) gen-translit.py:$(AWK) -f /build/gen-translit.awk:' locale/Makefile
      sed -i '/^\$(eval \$(call include_dsosort_tests/d' elf/Makefile
      sed -i 's/critic_missing="\$critic_missing python"/: not needed/' configure
    ]],
    prefix = "",
    configure = {
      "--with-headers=/build/headers", "--disable-profile", "--disable-nscd", "--disable-werror",
      "--without-selinux", "--disable-timezone-tools", "--disable-nls", "libc_cv_ctors_header=yes",
      "libc_cv_cxx_link_ok=no",
    },
    make = { "MAKEINFO=:", "all-subdirs=" .. table.concat(words(subdirs), " ") },
    install = { "install", "install_root=" .. out "" },
  }
end
