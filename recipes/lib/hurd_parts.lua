-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What of the Hurd is built and installed, as fields of a recipe by lib "hurd_user" for TARGET, a row of lib "cross";
-- GCRYPT is where libgcrypt stands. Compiled are those folders that the image needs, in an order in which each finds
-- what it is linked with.
local cross = lib "cross"

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

local targets = { { "version.h" } }
for _, folder in ipairs(concat(libraries, programs)) do
  targets[#targets + 1] = { "-C", folder, "all" }
end

return function(target, gcrypt)
  return {
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
      ]] .. target.triplet .. [[-readelf -d $program 2>/dev/null | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'
    done | sort -u >needed
    while read -r library; do
      test -e $out/lib/$library || test -e ]] .. cross.sysroot(target) .. [[/lib/$library ||
        test -e ]] .. gcrypt .. [[/lib/$library || {
        echo "$library is needed and is neither in the Hurd nor in the C library nor libgcrypt" >&2
        exit 1
      }
    done <needed
  ]],
  }
end
