-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- musl compiled by GCC: all of it, by its own configure and make. The first GCC does, so that those
-- after it hold nothing that TinyCC compiled, not even by way of libc.a. What is built with GCC takes it
-- in under the name libc.
local gnu_build = lib "gnu_build"

return gnu_build {
  name = "musl-gcc",
  from = "musl-1.2.3",
  summary = "C library for Linux, compiled by GCC",
  inputs = { { "gcc-stage1", as = "gcc-boot" }, "binutils-2.16.1", "dash", "busybox", "make" },
  shell = "dash",
  -- GCC 3.4.6 does not take the address of these weak aliases for a constant: the table is filled
  -- in at run time.
  prepare = lib "shell_paths" .. [[
    sed -i -e '/^static volatile int .*atfork_locks/,/^};/{
        s/^static.*/#define ATFORK_LOCKS { \\/
        s/,$/, \\/
        s/^};/}/
      }' \
      -e 's/^\tsigset_t set;$/&\n\tvolatile int *const *const atfork_locks[] = ATFORK_LOCKS;/' \
      src/process/fork.c
  ]],
  env = { SHELL = input_path "dash/bin/sh", CC = "gcc", AR = "ar", RANLIB = "ranlib" },
  configure = { "--target=i386", "--disable-shared", "--disable-gcc-wrapper" },
}
