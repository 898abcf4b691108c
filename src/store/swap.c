/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* A new database takes the place of the old one. */

/* Renames the store's file FROM to TO; a missing one is fine. */
static int move(struct store *s, const char *from, const char *to, struct fault *f)
{
	FREE_PTR char *a = store_at(s, from);
	FREE_PTR char *b = store_at(s, to);
	if (!a || !b)
		return fault_set(f, -ENOMEM, "cannot rename %s:", from);
	if (rename(a, b) < 0 && errno != ENOENT)
		return fault_set(f, -errno, "cannot rename %s to %s:", a, b);
	return 0;
}

static int remove_file(struct store *s, const char *name, struct fault *f)
{
	FREE_PTR char *path = store_at(s, name);
	if (!path || (unlink(path) < 0 && errno != ENOENT))
		return fault_set(f, path ? -errno : -ENOMEM, "cannot remove %s:", name);
	return 0;
}

/* The new database, complete and synced, under the name that says so. */
#define READY "db.sqlite.ready"

int swap_pending(const struct store *s, struct fault *f)
{
	FREE_PTR char *ready = store_at(s, READY);
	return ready ? file_exists(ready, f) : fault_set(f, -ENOMEM, "cannot open the store:");
}

/*
 * Puts the database that is READY in the place of the old one, whose journal follows it. Killed in
 * between, it is done again when the store is next opened; the new one's time names the old one, so
 * that its parts then still have one name.
 */
int swap_finish(struct store *s, struct fault *f)
{
	char old[64], wal[72];
	struct stat st;
	FREE_PTR char *ready = store_at(s, READY);
	if (!ready || lstat(ready, &st) < 0)
		return fault_set(f, ready ? -errno : -ENOMEM,
				 "cannot replace the database of %s:", s->path);
	snprintf(old, sizeof old, "db.sqlite.old-%lld%09ld", (long long)st.st_mtim.tv_sec,
		 st.st_mtim.tv_nsec);
	snprintf(wal, sizeof wal, "%s-wal", old);
	int r = move(s, "db.sqlite", old, f);
	if (r == 0)
		r = move(s, "db.sqlite-wal", wal, f);
	if (r == 0)
		r = remove_file(s, "db.sqlite-shm", f);
	if (r == 0)
		r = file_sync_dir(s->path, f);
	if (r == 0)
		r = move(s, READY, "db.sqlite", f);
	return r == 0 ? file_sync_dir(s->path, f) : r;
}

int swap_ready(struct store *s, struct fault *f)
{
	int r = remove_file(s, "db.sqlite.new-wal", f);
	if (r == 0)
		r = remove_file(s, "db.sqlite.new-shm", f);
	if (r < 0)
		return r;
	FREE_PTR char *fresh = store_at(s, "db.sqlite.new");
	CLOSE_FD int fd = fresh ? open(fresh, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0 || fsync(fd) < 0)
		return fault_set(f, -errno, "cannot sync the new database:");
	r = move(s, "db.sqlite.new", READY, f);
	return r == 0 ? file_sync_dir(s->path, f) : r;
}

int swap_discard(struct store *s, struct fault *f)
{
	int r = remove_file(s, "db.sqlite.new", f);
	if (r == 0)
		r = remove_file(s, "db.sqlite.new-wal", f);
	return r == 0 ? remove_file(s, "db.sqlite.new-shm", f) : r;
}
