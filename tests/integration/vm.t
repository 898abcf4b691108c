#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# boot-hurd vm: what qemu is told, the writable disk, and what is refused. qemu is a script that says
# its words; that a real one boots the image is for tests/boot.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
mkdir -p "$T/bin" "$T/empty"
cat >"$T/bin/qemu-system-i386" <<'E2'
#!/bin/sh
for w; do
	printf '[%s]' "$w"
done
echo
E2
chmod +x "$T/bin/qemu-system-i386"
PATH=$T/bin:$PATH
unset DISPLAY WAYLAND_DISPLAY

# disk FILE SECTORS KIND MAGIC: a disk whose partition begins at sector 8 and is SECTORS long.
disk() {
	python3 - "$@" <<'E2'
import struct, sys
name, sectors, kind, magic = sys.argv[1], *(int(w, 0) for w in sys.argv[2:])
b = bytearray(64 * 512)
b[446:462] = struct.pack("<B3xB3xII", 0x80, kind, 8, sectors)
b[510:512] = b"\x55\xaa"
struct.pack_into("<H", b, 8 * 512 + 1024 + 56, magic)
open(name, "wb").write(b)
E2
}
# target NAME: a recipe whose output is the folder of that name.
target() {
	recipe "$1" "steps = { { 'src/tool', 'cat', out 'disk.img', 'src/$1.img' } },"
}
disk "$T/src/hurd-image.img" 56 0x83 0xef53
disk "$T/src/short.img" 57 0x83 0xef53
disk "$T/src/kind.img" 56 0x07 0xef53
disk "$T/src/magic.img" 56 0x83 0
printf 'no disk' >"$T/src/small.img"
head -c 32768 /dev/zero >"$T/src/zeros.img"
for t in hurd-image short kind magic small zeros; do
	target $t
done
recipe other "steps = { { 'src/tool', 'write', out 'file', 'one' } },"

ok "not built: says so" fails 1 "has not been built" bh vm
ok "… and how to build it" fails 1 "boot-hurd build hurd-image" bh vm
bh build hurd-image short kind magic small zeros other >/dev/null 2>"$T/log" || cat "$T/log"
image=$(bh store path hurd-image)/disk.img

# said WORDS…: vm with these says what qemu was told, which is $want.
said() {
	"$BH" vm --recipes "$T/recipes" "$@" 2>"$T/err" >"$T/out" || { cat "$T/err"; return 1; }
	cat "$T/out"
	grep -qxF "$want" "$T/out"
}
drive="[format=raw,if=ide,index=0,media=disk,snapshot"
want="[-m][512][-drive]$drive=on,file=$image]"
ok "the default target and memory" said
ok "a target by name" said hurd-image
ok "a target by hash" said "$(basename "$(dirname "$image")")"
ok "says that nothing is kept" grep -q "lost at the end" "$T/err"
ok "says how to do without a screen" grep -q -e "--serial" "$T/err"
want="[-m][256][-drive]$drive=on,file=$image][-nographic]"
ok "--serial, -m" said --serial -m 256
want="[-m][512][-drive]$drive=on,file=$image][-smp][2][--][-m]"
ok "words behind -- are qemu's, without a target" said -- -smp 2 -- -m
ok "… and with one" said hurd-image -- -smp 2 -- -m
quiet() {
	[ -z "$(bh vm -q 2>&1 >/dev/null)" ]
}
ok "--quiet: says nothing" quiet

want="[-m][512][-drive]$drive=off,file=$T/a,,b.img]"
ok "--no-snapshot: the disk is made; commas are written twice" said --no-snapshot "$T/a,b.img"
ok "… the same as the image" cmp "$image" "$T/a,b.img"
ok "… writable" [ "$(stat -c %a "$T/a,b.img")" = 644 ]
printf x | dd of="$T/a,b.img" bs=1 seek=20000 conv=notrunc status=none
cp "$T/a,b.img" "$T/kept"
ok "… booted again" said --no-snapshot "$T/a,b.img"
ok "… what was written is kept" cmp "$T/kept" "$T/a,b.img"
want="[-m][512][-drive]$drive=off,file=$T/a,,b.img]"
bare() {
	BOOT_HURD_STATE=$T/none said --no-snapshot "$T/a,b.img"
}
ok "… needs no store" bare
rest() {
	[ -z "$(find "$T" -maxdepth 1 -name '*.img.??????')" ]
}
ok "nothing is left beside the disk" rest
head -c 100 "$image" >"$T/damaged"
ok "a damaged disk" fails 1 "too small" bh vm --no-snapshot "$T/damaged"
ok "… what to do" fails 1 "remove it" bh vm --no-snapshot "$T/damaged"
ok "a disk that is a folder" fails 1 "not a regular file" bh vm --no-snapshot "$T/empty"
ok "a disk in a folder that is not there" fails 1 "cannot make the disk" \
	bh vm --no-snapshot "$T/none/disk"

ok "an image that is cut off" fails 1 "shorter than its partition table says" bh vm short
ok "… what to do" fails 1 "store repair" bh vm short
ok "a partition of another kind" fails 1 "not one of the Hurd" bh vm kind
ok "no file system" fails 1 "no ext2 file system" bh vm magic
ok "a few bytes" fails 1 "too small for a disk" bh vm small
ok "zeros" fails 1 "not a boot sector" bh vm zeros
ok "a target that is not an image" fails 1 "has no disk.img" bh vm other
ok "an unknown target" fails 1 "nonsense" bh vm nonsense
ok "two targets" fails 1 "one operand too many" bh vm short kind
ok "too little memory" fails 1 "servers do not start" bh vm -m 32
ok "… what to do" fails 1 "at least 64" bh vm -m 32
ok "memory that is not a number" fails 1 "whole number" bh vm -m lots
ok "an unknown option" fails 1 "unknown option" bh vm --smp 2
no_qemu() {
	PATH=$T/empty "$BH" vm --recipes "$T/recipes"
}
ok "no qemu: says how to install it" fails 1 "apt-get install qemu-system-x86" no_qemu
mkdir "$T/empty/qemu-system-i386"
ok "a folder is no qemu" fails 1 "there is no qemu-system-i386" no_qemu
done_testing
