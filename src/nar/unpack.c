/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nar/nar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/vec.h"

/* A folder being filled. */
struct open_folder {
	char *path; /* on disk; owned */
};

struct nar_unpack {
	struct nar_reader *reader;
	char *root;    /* where the tree goes; owned */
	bool made;     /* the top: what stands at root is ours */
	int fd;        /* of the file being written, or -1 */
	uint64_t room; /* bytes of content still allowed */
	struct open_folder *folders;
	size_t nfolders, cap;
	struct fault *fault; /* of the feed under way */
};

static const struct timespec EPOCH1[2] = {{1, 0}, {1, 0}};

/* Returns the path on disk of the node PATH, malloc'd, or NULL. */
static char *on_disk(struct nar_unpack *u, struct view path)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, u->root);
	if (path.len)
		buf_addc(&b, '/');
	buf_addv(&b, path);
	return buf_detach(&b);
}

static int disk_error(struct nar_unpack *u, const char *path)
{
	return fault_set(u->fault, -errno, "cannot unpack to %s:", path ? path : u->root);
}

static int on_directory(void *ctx, struct view path)
{
	struct nar_unpack *u = ctx;
	char *p = on_disk(u, path);
	struct open_folder *v =
	    p ? vec_grow(u->folders, &u->cap, u->nfolders + 1, sizeof *v) : NULL;
	if (!v) {
		free(p);
		return fault_set(u->fault, -ENOMEM, "cannot unpack to %s:", u->root);
	}
	u->folders = v;
	v[u->nfolders++].path = p;
	if (mkdir(p, 0755) < 0)
		return disk_error(u, p);
	u->made = true;
	return 0;
}

static int on_directory_end(void *ctx)
{
	struct nar_unpack *u = ctx;
	FREE_PTR char *p = u->folders[--u->nfolders].path;
	if (chmod(p, 0555) < 0 || utimensat(AT_FDCWD, p, EPOCH1, 0) < 0)
		return disk_error(u, p);
	return 0;
}

static int on_symlink(void *ctx, struct view path, struct view target)
{
	struct nar_unpack *u = ctx;
	FREE_PTR char *p = on_disk(u, path);
	FREE_PTR char *t = strndup(target.ptr, target.len);
	if (!p || !t)
		return fault_set(u->fault, -ENOMEM, "cannot unpack to %s:", u->root);
	if (symlink(t, p) < 0)
		return disk_error(u, p);
	u->made = true;
	if (utimensat(AT_FDCWD, p, EPOCH1, AT_SYMLINK_NOFOLLOW) < 0)
		return disk_error(u, p);
	return 0;
}

static int on_file(void *ctx, struct view path, bool executable, uint64_t size)
{
	struct nar_unpack *u = ctx;
	if (size > u->room)
		return fault_set(u->fault, ERR_LIMIT, "NAR holds more than the bytes allowed");
	u->room -= size;
	FREE_PTR char *p = on_disk(u, path);
	if (!p)
		return fault_set(u->fault, -ENOMEM, "cannot unpack to %s:", u->root);
	u->fd = open(p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     executable ? 0555 : 0444);
	if (u->fd < 0)
		return disk_error(u, p);
	u->made = true;
	return 0;
}

static int on_data(void *ctx, const void *bytes, size_t n)
{
	struct nar_unpack *u = ctx;
	int r = file_write_fd(u->fd, bytes, n);
	return r < 0 ? fault_set(u->fault, r, "cannot unpack to %s:", u->root) : 0;
}

static int on_file_end(void *ctx)
{
	struct nar_unpack *u = ctx;
	int r = futimens(u->fd, EPOCH1) < 0 ? disk_error(u, NULL) : 0;
	if (close(u->fd) < 0 && r == 0)
		r = disk_error(u, NULL);
	u->fd = -1;
	return r;
}

int nar_unpack_new(const char *path, uint64_t max_bytes, struct nar_unpack **ret,
		   struct fault *f)
{
	struct nar_unpack *u = calloc(1, sizeof *u);
	struct nar_visitor v = {u,       on_directory, on_symlink,      on_file,
				on_data, on_file_end,  on_directory_end};
	if (!u || !(u->root = strdup(path)) || nar_reader_new(&v, &u->reader) < 0) {
		nar_unpack_free(u);
		return fault_set(f, -ENOMEM, "cannot unpack to %s:", path);
	}
	u->fd = -1;
	u->room = max_bytes;
	*ret = u;
	return 0;
}

int nar_unpack_feed(struct nar_unpack *u, const void *bytes, size_t n, struct fault *f)
{
	u->fault = f;
	return nar_reader_feed(u->reader, bytes, n, f);
}

int nar_unpack_end(struct nar_unpack *u, struct fault *f)
{
	return nar_reader_end(u->reader, f);
}

void nar_unpack_discard(struct nar_unpack *u)
{
	if (u && u->made)
		file_remove_tree(u->root, NULL);
}

void nar_unpack_free(struct nar_unpack *u)
{
	if (!u)
		return;
	if (u->fd > 0)
		close(u->fd);
	for (size_t i = 0; i < u->nfolders; i++)
		free(u->folders[i].path);
	free(u->folders);
	nar_reader_free(u->reader);
	free(u->root);
	free(u);
}
