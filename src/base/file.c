/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "base/walk.h"

void file_free_ptr(void *p)
{
	void **q = p;
	free(*q);
	*q = NULL;
}

int file_read_fd(int fd, size_t max, struct buf *ret)
{
	size_t start = ret->len;
	for (;;) {
		if (buf_reserve(ret, 65536) < 0)
			return -ENOMEM;
		ssize_t n = read(fd, ret->ptr + ret->len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		ret->len += (size_t)n;
		if (ret->len - start > max)
			return ERR_LIMIT;
	}
	ret->ptr[ret->len] = '\0';
	return 0;
}

int file_read(const char *path, size_t max, struct buf *ret, struct fault *f)
{
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fault_set(f, -errno, "cannot open %s:", path);
	struct stat st;
	if (fstat(fd, &st) < 0)
		return fault_set(f, -errno, "cannot look at %s:", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, ERR_UNSAFE, "%s is not a regular file", path);
	int r = file_read_fd(fd, max, ret);
	if (r == ERR_LIMIT)
		return fault_set(f, r, "%s is larger than %zu bytes", path, max);
	if (r < 0)
		return fault_set(f, r, "cannot read %s:", path);
	return 0;
}

int file_read_if_there(const char *path, size_t max, struct buf *ret, struct fault *f)
{
	struct fault g = FAULT_INIT;
	int r = file_read(path, max, ret, &g);
	if (r == -ENOENT)
		return 0;
	if (r < 0 && f)
		*f = g;
	return r;
}

int file_write_fd(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

int file_sync_dir(const char *path, struct fault *f)
{
	CLOSE_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return fault_set(f, -errno, "cannot sync folder %s:", path);
	return 0;
}

/* Returns the folder part of PATH, malloc'd: "." when there is no slash. NULL: no memory. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode,
		      struct fault *f)
{
	FREE_PTR char *tmp = NULL;
	FREE_PTR char *dir = folder_of(path);
	if (!dir || asprintf(&tmp, "%s.XXXXXX", path) < 0)
		return fault_set(f, -ENOMEM, "cannot write %s:", path);
	CLOSE_FD int fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return fault_set(f, -errno, "cannot create %s:", tmp);
	int r = file_write_fd(fd, bytes, n);
	if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(tmp, path) < 0))
		r = -errno;
	if (r < 0) {
		unlink(tmp);
		return fault_set(f, r, "cannot write %s:", path);
	}
	return file_sync_dir(dir, f);
}

int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct fault *f)
{
	CLOSE_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return fault_set(f, -errno, "cannot create %s:", path);
	int r = file_write_fd(fd, bytes, n);
	if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		r = -errno;
	return r < 0 ? fault_set(f, r, "cannot write %s:", path) : 0;
}

int file_may_replace(const char *path, struct fault *f)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : fault_set(f, -errno, "cannot write %s:", path);
	return S_ISREG(st.st_mode)
		   ? 0
		   : fault_set(f, ERR_EXISTS, "%s is there and is not a regular file", path);
}

int file_mkdirs(const char *path, struct fault *f)
{
	FREE_PTR char *p = strdup(path);
	if (!p)
		return fault_set(f, -ENOMEM, "cannot make folder %s:", path);
	for (char *s = p + 1;; s++) {
		if (*s && *s != '/')
			continue;
		char keep = *s;
		*s = '\0';
		struct stat st;
		if (mkdir(p, 0777) < 0 &&
		    (errno != EEXIST || stat(p, &st) < 0 || !S_ISDIR(st.st_mode)))
			return fault_set(f, errno == EEXIST ? -ENOTDIR : -errno,
					 "cannot make folder %s:", p);
		if (!keep)
			return 0;
		*s = keep;
	}
}

/* ---- trees ---- */

static int remove_other(void *ctx, const struct walk_node *n)
{
	if (unlinkat(n->dirfd, n->name, 0) == 0 || errno == ENOENT)
		return 0;
	return fault_set(ctx, -errno, "cannot remove %.1000s:", n->path);
}

static int open_up(void *ctx, const struct walk_node *n)
{
	(void)ctx;
	/* Where that fails, to list or to remove what is inside tells why. */
	if ((n->st->st_mode & 0700) != 0700)
		fchmodat(n->dirfd, n->name, 0700, AT_SYMLINK_NOFOLLOW);
	return 0;
}

static int remove_folder(void *ctx, const struct walk_node *n)
{
	if (unlinkat(n->dirfd, n->name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	return fault_set(ctx, -errno, "cannot remove %.1000s:", n->path);
}

int file_exists(const char *path, struct fault *f)
{
	struct stat st;
	if (lstat(path, &st) == 0)
		return 1;
	return errno == ENOENT || errno == ENOTDIR
		   ? 0
		   : fault_set(f, -errno, "cannot look at %.1000s:", path);
}

int file_remove_tree(const char *path, struct fault *f)
{
	struct fault unheard = FAULT_INIT;
	struct walk w = {.ctx = f ? f : &unheard,
			 .enter = open_up,
			 .leave = remove_folder,
			 .other = remove_other,
			 .may_vanish = true};
	int r = file_exists(path, f);
	return r > 0 ? walk_tree(path, &w, f) : r;
}

static int add_size(void *ctx, const struct walk_node *n)
{
	*(uint64_t *)ctx += (uint64_t)n->st->st_blocks * 512;
	return 0;
}

int file_tree_size(const char *path, uint64_t *ret, struct fault *f)
{
	uint64_t sum = 0;
	struct walk w = {.ctx = &sum, .enter = add_size, .other = add_size, .may_vanish = true};
	int r = file_exists(path, f);
	if (r > 0)
		r = walk_tree(path, &w, f);
	if (r == 0)
		*ret = sum;
	return r;
}

static const struct timespec EPOCH1[2] = {{1, 0}, {1, 0}};

int file_copy_at(int from_dir, const char *from, int to_dir, const char *to, mode_t mode)
{
	CLOSE_FD int in =
	    openat(from_dir, from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	CLOSE_FD int out =
	    in < 0 ? -1 : openat(to_dir, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0)
		return -errno;
	char block[65536];
	ssize_t n;
	while ((n = read(in, block, sizeof block)) != 0) {
		int r = n < 0 ? -errno : file_write_fd(out, block, (size_t)n);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return fchmod(out, mode) < 0 || futimens(out, EPOCH1) < 0 ? -errno : 0;
}

/* A copy under way. */
struct copy {
	const char *to;       /* where the top goes */
	struct dir_stack out; /* the folders of the copy that are being filled */
	struct fault *fault;
};

static int copy_failed(struct copy *c, int code, const struct walk_node *n)
{
	return fault_set(c->fault, code, "cannot copy %.700s below %.700s:", n->path, c->to);
}

static int copy_link(int from_dir, const char *from, int to_dir, const char *to)
{
	char target[4096];
	ssize_t n = readlinkat(from_dir, from, target, sizeof target);
	if (n < 0 || (size_t)n == sizeof target)
		return n < 0 ? -errno : -ENAMETOOLONG;
	target[n] = '\0';
	if (symlinkat(target, to_dir, to) < 0 ||
	    utimensat(to_dir, to, EPOCH1, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return 0;
}

static int copy_other(void *ctx, const struct walk_node *n)
{
	struct copy *c = ctx;
	mode_t mode = n->st->st_mode;
	int to_dir = dir_stack_top(&c->out);
	const char *to = n->depth ? n->name : c->to;
	if (!S_ISREG(mode) && !S_ISLNK(mode))
		return fault_set(c->fault, ERR_UNSAFE,
				 "%.1000s is neither file, folder nor link", n->path);
	int r = S_ISREG(mode)
		    ? file_copy_at(n->dirfd, n->name, to_dir, to, mode & S_IXUSR ? 0755 : 0644)
		    : copy_link(n->dirfd, n->name, to_dir, to);
	return r < 0 ? copy_failed(c, r, n) : 0;
}

static int copy_enter(void *ctx, const struct walk_node *n)
{
	struct copy *c = ctx;
	int to_dir = dir_stack_top(&c->out);
	const char *to = n->depth ? n->name : c->to;
	if (mkdirat(to_dir, to, 0755) < 0)
		return copy_failed(c, -errno, n);
	int fd = openat(to_dir, to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : dir_stack_push(&c->out, fd);
	return r < 0 ? copy_failed(c, r, n) : 0;
}

static int copy_leave(void *ctx, const struct walk_node *n)
{
	struct copy *c = ctx;
	int fd = dir_stack_top(&c->out);
	int r = fchmod(fd, 0755) < 0 || futimens(fd, EPOCH1) < 0 ? -errno : 0;
	int e = dir_stack_pop(&c->out);
	return r < 0 || e < 0 ? copy_failed(c, r < 0 ? r : e, n) : 0;
}

int file_copy_tree(const char *from, const char *to, bool reverse, struct fault *f)
{
	struct copy c = {to, DIR_STACK_INIT, f};
	struct walk w = {.ctx = &c,
			 .enter = copy_enter,
			 .leave = copy_leave,
			 .other = copy_other,
			 .reverse = reverse};
	int r = walk_tree(from, &w, f);
	dir_stack_release(&c.out);
	return r;
}

int file_list(const char *path, struct strlist *ret, struct fault *f)
{
	CLOSE_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : dir_names(fd, ret);
	return r < 0 ? fault_set(f, r, "cannot list %.1000s:", path) : 0;
}
