-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The boot loader: its boot sectors, modules, and grub-mkimage, which makes one image of them. lib "grub_parts" lists
-- what is compiled.
local build = lib "gnu_build"

return build(merge(lib "grub_parts", {
  name = "grub",
  toolchain = "gcc-10-stage1",
  summary = "boot loader for the BIOS",
  inputs = { "flex", "bison" },
  env = {
    CFLAGS = "-O2 -g0",
    -- grub-mkimage needs to know nothing of disks, which would take the headers of Linux.
    CPPFLAGS = "-U__linux__",
    -- Not run: only GRUB's own developers make files with it.
    PYTHON = "true",
    -- The kernel's first instruction must be its first byte: no function may be moved before it.
    TARGET_CFLAGS = "-Os -fno-reorder-functions -fno-reorder-blocks-and-partition",
  },
}))
