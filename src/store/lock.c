/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

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
		r = lock_file(l->path, 0644, wait, &l->fd, f);
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
