/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int lock_fd(int fd, int operation, bool wait)
{
	for (;;) {
		if (flock(fd, operation | (wait ? 0 : LOCK_NB)) == 0)
			return 0;
		if (errno == EWOULDBLOCK && !wait)
			return 1;
		if (errno != EINTR)
			return -errno;
	}
}

void lock_release(int fd)
{
	flock(fd, LOCK_UN);
}

/* Returns whether PATH is still the file open as FD. */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;
	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int lock_file(const char *path, mode_t mode, bool wait, int *ret_fd, struct fault *f)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
		if (fd < 0)
			return fault_set(f, -errno, "cannot open the lock %s:", path);
		int r = lock_fd(fd, LOCK_EX, wait);
		if (r == 0 && same_file(fd, path)) {
			*ret_fd = fd;
			return 0;
		}
		/* Its last holder removed it between our opening and our locking: again. */
		close(fd);
		if (r < 0)
			return fault_set(f, r, "cannot lock %s:", path);
		if (r > 0)
			return 1;
	}
}
