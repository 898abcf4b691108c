-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The Hurd: its libraries, the servers and programs of the image. Compiled are those folders that it needs,
-- in an order in which each finds what it is linked with.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]
local t = target.triplet

local libraries = words [[
  libshouldbeinlibc libihash libiohelp libports libpager libfshelp libstore libtrivfs libdiskfs libps libnetfs
  libpipe libhurdbugaddr libhurd-slab libirqhelp libftpconn
]]

local programs = words [[
  auth proc exec term ext2fs storeio pflocal login daemons trans utils sutils startup init procfs shutdown
  mach-defpager tmpfs isofs hostmux usermux pfinet
]]

-- What the image has of them, by its folder there. The makefiles' own install wants to be root.
local installed = {
  hurd = [[
    auth/auth exec/exec ext2fs/ext2fs ext2fs/ext2fs.static hostmux/hostmux init/init isofs/iso9660fs
    mach-defpager/mach-defpager pfinet/pfinet pflocal/pflocal proc/proc procfs/procfs shutdown/shutdown
    startup/startup storeio/storeio term/term tmpfs/tmpfs trans/crash trans/fakeroot trans/fifo
    trans/firmlink trans/fwd trans/hello trans/hello-mt trans/ifsock trans/magic trans/mtab trans/new-fifo
    trans/null trans/password trans/proxy-defpager trans/random trans/remap trans/streamio trans/symlink usermux/usermux
  ]],
  bin = [[
    utils/addauth utils/devprobe utils/fsysopts utils/ids utils/login utils/mount utils/msgport utils/nullauth
    utils/portinfo utils/ps utils/rmauth utils/rpctrace utils/setauth utils/settrans utils/shd utils/showtrans
    utils/storecat utils/storeinfo utils/storeread utils/syncfs utils/umount utils/unsu utils/vminfo
    utils/vmstat utils/w
  ]],
  sbin = "sutils/fsck sutils/halt sutils/reboot sutils/swapoff sutils/swapon",
  libexec = "daemons/console-run daemons/getty daemons/runttys",
}

local install = "mkdir $out/lib\n"
for _, library in ipairs(libraries) do
  install = install .. "cp " .. library .. "/" .. library .. ".so.0.3 $out/lib\n"
end
for folder, files in pairs(installed) do
  install = install .. "mkdir $out/" .. folder .. "\ncp " .. table.concat(words(files), " ")
    .. " $out/" .. folder .. "\n"
end

-- For trans/random.
local gcrypt_include = "-I" .. input_path "hurd-libgcrypt-1.10.1/include"

local targets = { { "version.h" } }
for _, folder in ipairs(concat(libraries, programs)) do
  targets[#targets + 1] = { "-C", folder, "all" }
end

return build(target, {
  name = "hurd",
  version = "0.9.git20261028",
  summary = "servers, libraries and programs of the Hurd",
  homepage = "https://www.gnu.org/software/hurd/",
  license = "GPL-2.0-or-later",
  sources = { cross.hurd },
  inputs = {
    "mig-" .. t .. "-1.8+git20231217", "hurd-libgcrypt", "hurd-libgpg-error", "autoconf", "automake", "m4", "perl",
    "gawk",
  },
  compiler = "gcc-" .. t .. "-stage1-12.2.0",
  dir = "hurd",
  build_dir = "build",
  prepare = lib "autoreconf",
  env = {
    MIG = t .. "-mig", PKG_CONFIG = "false", libgcrypt_CFLAGS = gcrypt_include, libgcrypt_LIBS = "-lgcrypt",
    CPPFLAGS = gcrypt_include .. " -I" .. input_path "hurd-libgpg-error-1.46/include",
    LDFLAGS = "-L" .. input_path "hurd-libgcrypt-1.10.1/lib",
  },
  prefix = "",
  configure = {
    "--disable-profile", "--disable-ncursesw", "--enable-static-progs=ext2fs", "--without-libbz2",
    "--without-libz", "--without-rump", "--without-parted", "--without-libcrypt", "--without-libtirpc",
    "--without-acpica", "--without-libdaemon",
  },
  targets = targets,
  install = false,
  finish = install .. [[
    cp daemons/runsystem.hurd $out/libexec/runsystem
    # Shared libraries that belong to the Hurd must all be there.
    for program in $out/hurd/* $out/bin/* $out/sbin/* $out/libexec/*; do
      ]] .. t .. [[-readelf -d $program 2>/dev/null | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'
    done | sort -u >needed
    while read -r library; do
      test -e $out/lib/$library || test -e ]] .. cross.sysroot(target) .. [[/lib/$library ||
        test -e ]] .. input_path "hurd-libgcrypt-1.10.1/lib" .. [[/$library || {
        echo "$library is needed and is neither in the Hurd nor in the C library nor libgcrypt" >&2
        exit 1
      }
    done <needed
  ]],
})
