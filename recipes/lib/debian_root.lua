-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: a root of trust that is a list of Debian packages for i386, unpacked into one folder: what
-- stands in /usr in a package stands at the top, and usr is a link to it. Takes the fields of a recipe but
-- for the build's, and:
--
--   debs      rows { PATH, SHA-256 } of packages, below pool/main; with as = NAME: unpacked beforehand, too
--   programs  another name of a program, in bin, or the same -> its file, no link; both below the output
--
-- Nothing of our own chain takes part: the packages are unpacked by the static busybox among them. Their
-- programs ask for a loader at /lib, where there is none. So in the place of each stands debian-start, some
-- lines of C that their own compiler compiles here, and that starts NAME.real by the loader.
--
--   compile   shell text that compiles debian-start.c to start.o; $run PROGRAM runs one of the packages'
local M = {}

-- The packages that every root needs: a shell, make, the GNU linker, the C library, all with headers.
M.common = {
  { "b/busybox/busybox-static_1.35.0-4+deb12u1+b1_i386.deb",
    "725ef9e6fbac4ab79b353165b05005e8c140d6e42177ebbc202ff1e13ded8b7c", as = "busybox" },
  { "d/dash/dash_0.5.12-2_i386.deb",
    "341f83d23b1570c98a1e503ed8715c1ac4a5fe02f4351debc92ea136a65e709f" },
  { "m/make-dfsg/make_4.3-4.1_i386.deb",
    "adc3e59cb916f6d52e478b3ebd5dc044b109239cd6348fd4c22fe806c59d10c4" },
  { "g/glibc/libc6_2.36-9+deb12u14_i386.deb",
    "76b12e06be66ec3fc2c1791d7d8cf34c2b828ed210e3913feeeb8edc9688f820" },
  { "g/glibc/libc6-dev_2.36-9+deb12u14_i386.deb",
    "c02c0adacabf53b8f34364940c7c4fe5aedaf921765e915742cc31ffc7a9d1ad" },
  { "l/linux/linux-libc-dev_6.1.176-1_i386.deb",
    "94b68e46c4df2da33b443c0f1f3ec74691e71ff54b053f0a6198d7b62d159c5e" },
  { "g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_i386.deb",
    "56b95a550b342418f6c4765d5c9b08df2c7167134767e44f1f1bc82ced363ece" },
  { "g/gcc-12/libstdc++6_12.2.0-14+deb12u1_i386.deb",
    "a262f9ad4e4b4adcb6a2663051e36e6c117159b048ae7ce8d4af215e90de3e5e" },
  { "g/gcc-12/libgcc-12-dev_12.2.0-14+deb12u1_i386.deb",
    "d25bdc547dc760f2c48aa808dcd0c4f3b5bd124daa3b47186ee6070ea57d85f1" },
  { "g/gcc-12/libstdc++-12-dev_12.2.0-14+deb12u1_i386.deb",
    "06c2b3cba72c7c8c98b338bb2d4e628426d313031d3e15f56d057c2751dd28cc" },
  { "b/binutils/binutils-i686-linux-gnu_2.40-2_i386.deb",
    "c7dd751c6182980c76a02f8b3ac7154efc1ae967caf1d75cb4ab6b5f7b706b75" },
  { "b/binutils/libbinutils_2.40-2_i386.deb",
    "ea7115ac86e92b352f15dd6882309aa957b7cf516f088aba3a8887a3c2892fa5" },
  { "b/binutils/libctf-nobfd0_2.40-2_i386.deb",
    "3caccc9a509d5ace7a4ac21bae951153b7aec4ab1d9703f2574f5e51e5eff43c" },
  { "b/binutils/libctf0_2.40-2_i386.deb",
    "a89e82ca9c1153c579575bdac9bbd04e483957c9ac48bc02b9c6f1a6f82fce81" },
  { "j/jansson/libjansson4_2.14-2_i386.deb",
    "0b7bfa164f9fade858393944ce93a9b9ddd1dad51bbb87068735440e211c0991" },
  { "libz/libzstd/libzstd1_1.5.4+dfsg2-5_i386.deb",
    "b9009648837c1fa095ca3b79eec3e6358df3946dd0a70c0f66ec3558695af8d5" },
  { "z/zlib/zlib1g_1.2.13.dfsg-1_i386.deb",
    "3ca84a1245347652b7e1f8694db222851f7f1e7060515b21e1439b0cf84f96e1" },
}

-- And their programs.
M.programs = {
  ["bin/sh"] = "bin/dash", ["bin/make"] = "bin/make",
}
for _, name in ipairs { "as", "ld", "ar", "ranlib", "nm", "strip", "objcopy", "objdump", "readelf" } do
  M.programs["bin/" .. name] = "bin/i686-linux-gnu-" .. name
end

local unpack = [[
busybox=$PWD/busybox/bin/busybox
mkdir root
for package in *.deb; do
  $busybox ar -p $package data.tar.xz >data.tar.xz
  $busybox tar -xJf data.tar.xz -C root
done
rm -rf root/usr/share root/etc
cp -a root/usr/. $out
rm -r root/usr
cp -a root/. $out
ln -s . $out/usr

# Links to shared libraries that are not where they say.
find $out -type l | while read -r link; do
  case $(readlink $link) in
  /lib/*) rm $link ;;
  esac
done

run="$out/lib/i386-linux-gnu/ld-linux.so.2 --library-path $out/lib/i386-linux-gnu"
]]

local install = [[
$run $out/bin/i686-linux-gnu-ld -m elf_i386 -static -o start start.o
while [ $# -gt 0 ]; do
  if [ ! -e $out/$2.real ]; then
    mv $out/$2 $out/$2.real
    cp start $out/$2
  fi
  [ $1 = $2 ] || ln -sf ../$2 $out/$1
  shift 2
done
for name in $($busybox --list); do
  case $name in
  ar | sh | ash | dpkg | dpkg-deb | rpm) ;;
  *) [ -e $out/bin/$name ] || ln -s busybox $out/bin/$name ;;
  esac
done
]]

-- Returns the recipe.
function M.root(package)
  local r = merge(package)
  r.sources = { file "debian-start.c" }
  for _, deb in ipairs(concat(M.common, r.debs)) do
    local name = basename(deb[1])
    if deb.as then
      r.sources[#r.sources + 1] = { debian(deb[1]), as = deb.as, sha256 = deb[2] }
    end
    r.sources[#r.sources + 1] = { debian(deb[1]), as = name, sha256 = deb[2], unpack = false }
  end
  local step = { "busybox/bin/busybox", "sh", "-e", "-c", unpack .. r.compile .. install, "sh" }
  for to, from in pairs(merge(M.programs, r.programs)) do
    step = concat(step, { to, from })
  end
  r.steps = { step }
  r.pregenerated = { "bin/busybox" }
  r.homepage = "https://www.debian.org/"
  r.license = "GPL-3.0-or-later AND LGPL-2.1-or-later AND Apache-2.0"
  r.debs, r.programs, r.compile = nil, nil, nil
  return recipe(r)
end

return M
