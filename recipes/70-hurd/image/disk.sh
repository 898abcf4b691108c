#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# disk.sh PART GRUB DISK: makes the disk image DISK: GRUB's first sector and a partition table, GRUB's image in
# the gap behind it, and at 1 MiB the file system PART.
set -e
part=$1 grub=$2 disk=$3
# What identifies the disk.
disk_id=HURD
modules="biosdisk part_msdos ext2 multiboot normal configfile serial terminal gzio boot echo ls"

# Prints N as 4 bytes, the lowest first.
word() {
	# shellcheck disable=SC2059
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) $(($1 >> 8 & 255)) \
		$(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}

# Writes standard input into the disk at byte $1.
at() {
	dd of="$disk" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

cat >early.cfg <<'END'
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
END
# shellcheck disable=SC2086
"$grub/bin/grub-mkimage" -O i386-pc -d "$grub/lib" -p '(hd0,msdos1)/boot/grub' -c early.cfg \
	-o core.img $modules
test "$(wc -c <core.img)" -lt $((2047 * 512))

truncate -s 1M "$disk"
head -c 440 "$grub/lib/boot.img" | at 0
printf %s $disk_id | at 440
# One active partition of Linux's kind, from sector 2048 on; no cylinders and heads.
{
	printf '\200\376\377\377\203\376\377\377'
	word 2048
	word $(($(wc -c <"$part") / 512))
} | at 446
printf '\125\252' | at 510
dd if=core.img of="$disk" bs=512 seek=1 conv=notrunc 2>/dev/null
cat "$part" >>"$disk"
