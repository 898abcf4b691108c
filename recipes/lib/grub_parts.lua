-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Which part of GRUB is compiled, as fields of a recipe by gnu_build: boot sectors, the modules that booting the Hurd
-- takes, and grub-mkimage. All of GRUB takes four times as long.

-- What the image names (the first line), and what those need.
local modules = words [[
  biosdisk boot configfile echo ext2 gzio ls multiboot normal part_msdos serial terminal
  bufio crypto datetime extcmd fshelp gcry_crc gettext linux lsapm mmap net priority_queue relocator terminfo
  vbe video video_fb
]]

-- The list of their names with SUFFIX behind each.
local function all(suffix)
  local list = {}
  for i, m in ipairs(modules) do
    list[i] = m .. suffix
  end
  return list
end

return {
  from = "grub-2.06",
  build_dir = "build",
  configure = {
    "--with-platform=pc", "--disable-werror", "--disable-nls", "--disable-grub-mkfont",
    "--disable-grub-mount", "--disable-device-mapper", "--disable-libzfs", "--disable-liblzma",
    "--disable-efiemu",
  },
  make = { "MAKEINFO=true", "MODULE_FILES=" .. table.concat(all ".module", " ") },
  targets = {
    { "-C", "grub-core/lib/gnulib" },
    { "grub_script.tab.h", "grub_script.yy.h" },
    { "grub-mkimage" },
    { "-C", "grub-core", "rs_decoder.h" },
    concat({ "-C", "grub-core", "kernel.img", "boot.img", "diskboot.img", "lzma_decompress.img" },
      all ".mod"),
  },
  install = false,
  finish = [[
    mkdir $out/bin $out/lib
    cp grub-mkimage $out/bin
    cd grub-core
    cp *.mod *.img moddep.lst $out/lib
    nm kernel.exec | grep "^00009000 T _start$"
    # Every module that is named can be put into an image.
    grub_image=$out/bin/grub-mkimage
    $grub_image -O i386-pc -d $out/lib -p / -o /tmp/core.img ]] .. table.concat(modules, " ") .. "\n",
}
