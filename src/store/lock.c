/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

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

static int lock_as(struct store *s, int fd, int operation, const char *what, struct fault *f)
{
	int r = fd < 0 ? -EROFS : lock_fd(fd, operation, true);
	return r < 0 ? fault_set(f, r, "cannot lock %s/locks/%s:", s->path, what) : 0;
}

int lock_shared(struct store *s, int fd, const char *what, struct fault *f)
{
	return lock_as(s, fd, LOCK_SH, what, f);
}

int lock_exclusive(struct store *s, int fd, const char *what, struct fault *f)
{
	return lock_as(s, fd, LOCK_EX, what, f);
}

/* Returns whether PATH is still the file open as FD. */
static bool same_file(int fd, const char *path)
{
	struct stat a, b;
	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int lock_path(const char *path, bool wait, int *ret_fd, struct fault *f)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
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

struct store_lock {
	int fd;     /* locked */
	char *path; /* owned */
};

int store_lock_action(struct store *s, const struct digest *action, bool wait,
		      struct store_lock **ret, struct fault *f)
{
	char rel[6 + DIGEST_HEX + 1] = "locks/";
	int r = store_writable(s, f);
	if (r < 0)
		return r;
	struct store_lock *l = calloc(1, sizeof *l);
	digest_hex(action, rel + 6);
	if (l)
		l->path = store_at(s, rel);
	if (!l || !l->path)
		r = fault_set(f, -ENOMEM, "cannot take a lock:");
	else
		r = lock_path(l->path, wait, &l->fd, f);
	if (r != 0) {
		if (l)
			free(l->path);
		free(l);
		return r;
	}
	*ret = l;
	return 0;
}

void store_unlock(struct store_lock *l)
{
	if (!l)
		return;
	/* Removed while it is held, so that who waits for it sees that the file is gone. */
	unlink(l->path);
	close(l->fd);
	free(l->path);
	free(l);
}
