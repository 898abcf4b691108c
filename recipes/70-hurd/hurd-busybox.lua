-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What people run in the image: coreutils, sed, grep, awk, tar, compressors, vi and more, in one program with
-- a link for each. ps, login, w and other programs that ask the Hurd's servers are the Hurd's own. busybox.config
-- lists the options; an option that its Kconfig does not grant stops the build.
local build, busybox, t = lib "hurd_user", lib "busybox_config", lib "cross".targets[1].triplet

return build {
  name = "hurd-busybox", from = "busybox-1.35.0", summary = "the common tools, for the Hurd",
  -- The Hurd has no O_DIRECT.
  sources = { text("options", busybox.kconfig(words(readfile "busybox.config"), {
    'EXTRA_CFLAGS="-g0 -DO_DIRECT=0"', "FEATURE_EDITING_MAX_LEN=1024", "FEATURE_VI_MAX_LEN=4096",
    "FEATURE_COPYBUF_KB=64", "MD5_SMALL=1", "SHA3_SMALL=1",
  })) },
  prepare = [[
    # It looks for files of an earlier build with /bin/sh; there are none of either.
    sed -i -e 's:popen("find .*", "r"):fopen("/dev/null", "r"):' -e 's:pclose:fclose:' scripts/basic/split-include.c
    grep -q 'fopen("/dev/null", "r")' scripts/basic/split-include.c
  ]],
  make = {
    "CROSS_COMPILE=" .. t .. "-", "HOSTCC=gcc -static", "CONFIG_SHELL=" .. input_path "dash/bin/sh", "SKIP_STRIP=y",
  },
  configure = false, targets = { { "allnoconfig" } }, install = false,
  finish = [[
    # Options are put in the place where they are refused, then Kconfig settles what depends on them.
    sed -e 's/^CONFIG_SH_IS_ASH=y/# CONFIG_SH_IS_ASH is not set/' \
      -e 's/^# CONFIG_SH_IS_NONE is not set/CONFIG_SH_IS_NONE=y/' .config >none
    awk -F'[ =]' '
      NR == FNR { value[$1] = $0; next }
      { name = $1 == "#" ? $2 : $1; print name in value ? value[name] : $0 }' ../options none >.config
    make="make SHELL=$SHELL CONFIG_SHELL=$SHELL CROSS_COMPILE=]] .. t .. [[- SKIP_STRIP=y"
    yes "" | $make "HOSTCC=gcc -static" oldconfig >/dev/null
    while read -r option; do
      grep -qxF "$option" .config || {
        echo "busybox does not grant $option" >&2
        exit 1
      }
    done <../options
    $make "HOSTCC=gcc -static" -j2 busybox busybox.links
    mkdir $out/bin
    cp busybox $out/bin
    while read -r link; do
      ln -s busybox $out/bin/${link##*/}
    done <busybox.links
  ]],
}
