/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "base/walk.h"
#include "hash/sha256.h"

/* A handle without its database: the folder, and the files that are locked. */

/* The folders of a store. */
static const char *const folders[] = {"objects", "realisations", "pins", "roots",   "logs",
				      "sources", "locks",        "tmp",  "damaged", "kept"};

char *store_at(const struct store *s, const char *rel)
{
	return path_join(s->path, rel);
}

const char *store_path(const struct store *s)
{
	return s->path;
}

int store_writable(struct store *s, struct fault *f)
{
	if (s->readonly)
		return fault_set(f, -EROFS, "the store %s is open for reading only", s->path);
	return 0;
}

bool store_is_readonly(const struct store *s)
{
	return s->readonly;
}

/* Opens locks/NAME to RET. A store for reading only may lie where it cannot be opened. */
static int open_lock(struct store *s, const char *name, int *ret, struct fault *f)
{
	char rel[64];
	snprintf(rel, sizeof rel, "locks/%s", name);
	FREE_PTR char *path = store_at(s, rel);
	if (!path)
		return fault_set(f, -ENOMEM, "cannot open the store:");
	*ret =
	    open(path, s->readonly ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (*ret < 0 && (!s->readonly || (errno != EACCES && errno != ENOENT)))
		return fault_set(f, -errno, "cannot open the lock %s:", path);
	return 0;
}

int store_open_bare(const char *path, bool readonly, struct store **ret, struct fault *f)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s)
		return fault_set(f, -ENOMEM, "cannot open the store:");
	s->readonly = readonly;
	s->open_fd = s->collect_fd = s->writer_fd = s->owner_fd = s->holds_fd = -1;
	s->path = realpath(path, NULL);
	int r =
	    s->path ? hash_setup(f) : fault_set(f, -errno, "cannot open the store %s:", path);
	if (r == 0)
		r = open_lock(s, "open", &s->open_fd, f);
	if (r == 0)
		r = open_lock(s, "collect", &s->collect_fd, f);
	if (r == 0)
		r = open_lock(s, "writer", &s->writer_fd, f);
	if (r < 0) {
		store_close_bare(s);
		return r;
	}
	*ret = s;
	return 0;
}

void store_close_bare(struct store *s)
{
	if (!s)
		return;
	file_close_fd(&s->holds_fd);
	file_close_fd(&s->owner_fd);
	file_close_fd(&s->writer_fd);
	file_close_fd(&s->collect_fd);
	file_close_fd(&s->open_fd);
	map_release(&s->held);
	arena_release(&s->held_keys);
	free(s->stale);
	free(s->owner);
	free(s->path);
	free(s);
}

int store_make_folders(const char *path, struct fault *f)
{
	int r = file_mkdirs(path, f);
	for (size_t i = 0; r == 0 && i < sizeof folders / sizeof *folders; i++) {
		FREE_PTR char *p = path_join(path, folders[i]);
		if (!p)
			return fault_set(f, -ENOMEM, "cannot make the store %s:", path);
		if (mkdir(p, 0755) < 0 && errno != EEXIST)
			r = fault_set(f, -errno, "cannot make folder %s:", p);
	}
	return r == 0 ? file_sync_dir(path, f) : r;
}

int each_entry(struct store *s, const char *dir, int (*fn)(void *ctx, const char *name),
	       void *ctx, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	FREE_PTR char *path = store_at(s, dir);
	if (!path)
		return fault_set(f, -ENOMEM, "cannot list the store:");
	CLOSE_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : dir_names(fd, &names);
	if (fd < 0 && r == -ENOENT)
		return 0;
	if (r < 0)
		fault_set(f, r, "cannot list %s:", path);
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = fn(ctx, names.items[i]);
	strlist_release(&names);
	return r < 0 ? r : 0;
}
