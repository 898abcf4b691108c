#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make-ext2.sh ROOT UUID MIB FILE: makes an ext2 file system of the Hurd's kind of what is in ROOT, all of it
# owned by root, in FILE of MIB MiB. Nothing is mounted, nobody is root, no clock is read: two runs give the
# same bits. ROOT.modes, if there, has modes ("MODE PATH") that ROOT's own files lack; ROOT.debugfs has commands for debugfs.
set -e
root=$1 uuid=$2 size=$3 file=$4
touch "$root.modes" "$root.debugfs"

# Types as in a mode; what has no mode of its own has 0755 when it is a folder or can be run, else 0644.
find "$root" | sort | while read -r path; do
	if [ -L "$path" ]; then
		echo "0120777 ${path#"$root"}"
	elif [ -d "$path" ]; then
		echo "040755 ${path#"$root"}/"
	elif [ -x "$path" ]; then
		echo "0100755 ${path#"$root"}"
	else
		echo "0100644 ${path#"$root"}"
	fi
done >"$root.files"
awk -v modes="$root.modes" '
	FILENAME == modes { own[$2] = $1; next }
	{
		mode = $1
		path = $2
		folder = sub(/\/$/, "", path)
		if (path in own)
			mode = (folder ? "04" : "010") substr("0000" own[path], length(own[path]) + 1)
		if (path == "")
			path = "/"
		print "set_inode_field " path " mode " mode
		n = split("uid 0,gid 0,atime @1,ctime @1,mtime @1", fields, ",")
		for (i = 1; i <= n; i++)
			print "set_inode_field " path " " fields[i]
	}' "$root.modes" "$root.files" >"$root.fields"

truncate -s "${size}M" "$file"
export E2FSPROGS_FAKE_TIME=1
mke2fs -q -F -t ext2 -b 4096 -I 128 -o hurd -O ^dir_index,^resize_inode -U "$uuid" \
	-E "hash_seed=$uuid,root_owner=0:0,lazy_itable_init=0" -m 1 -d "$root" "$file"
# debugfs goes on after an error: whatever it says is one.
cat "$root.debugfs" "$root.fields" >"$root.commands"
debugfs -w -f "$root.commands" "$file" >"$root.said" 2>&1
if grep -v -e '^debugfs' -e '^$' "$root.said" >"$root.errors"; then
	head -20 "$root.errors" >&2
	exit 1
fi
e2fsck -fn "$file"
