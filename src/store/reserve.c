/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"

/*
 * The file "reserve" is room that a collection gives up when the disk is full: to delete, the database
 * must be written first. Smaller on small disks; on a tiny or an almost full one there is none.
 */
enum { RESERVE_MAX = 4 << 20, RESERVE_MIN = 256 << 10, RESERVE_SHARE = 16 };

/* Measures the store's file system. */
static int measure(const struct store *s, uint64_t *ret_size, uint64_t *ret_free)
{
	struct statvfs v;
	if (statvfs(s->path, &v) < 0)
		return -errno;
	*ret_size = (uint64_t)v.f_blocks * v.f_frsize;
	*ret_free = (uint64_t)v.f_bavail * v.f_frsize;
	return 0;
}

void reserve_make(struct store *s)
{
	uint64_t size = 0, room = 0, want;
	FREE_PTR char *path = store_at(s, "reserve");
	if (!path || file_exists(path, NULL) != 0 || measure(s, &size, &room) < 0)
		return;
	want = size / RESERVE_SHARE < RESERVE_MAX ? size / RESERVE_SHARE : RESERVE_MAX;
	if (want < RESERVE_MIN || room < 4 * want)
		return;
	CLOSE_FD int fd =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && posix_fallocate(fd, 0, (off_t)want) != 0)
		unlink(path);
}

void reserve_give_up(struct store *s)
{
	uint64_t size = 0, room = 0;
	FREE_PTR char *path = store_at(s, "reserve");
	if (path && measure(s, &size, &room) == 0 && room < RESERVE_MAX)
		unlink(path);
}
