/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/walk.h"
#include "nar/nar.h"

/* Up to this many nodes are synced one by one; beyond, the whole file system is, in one go. */
enum { SYNC_SINGLY_MAX = 4 };

static const struct timespec epoch1[2] = {{1, 0}, {1, 0}};

static int fail(struct fault *f, const char *doing, const struct walk_node *n)
{
	return fault_set(f, -errno, "cannot %s %.1000s:", doing, n->path);
}

/* ---- canonical form ---- */

static mode_t file_mode(mode_t mode)
{
	return mode & S_IXUSR ? 0555 : 0444;
}

/* What a walk that makes a tree canonical needs. */
struct canonical {
	const char *spare; /* folder for copies */
	struct fault *fault;
};

/* Replaces the file N, which has other names, by a copy of its own. */
static int break_link(struct canonical *c, const struct walk_node *n)
{
	FREE_PTR char *copy = NULL;
	if (asprintf(&copy, "%s/copy", c->spare) < 0)
		return fault_set(c->fault, -ENOMEM, "cannot copy %.1000s:", n->path);
	unlink(copy);
	int r = file_copy_at(n->dirfd, n->name, AT_FDCWD, copy, 0600);
	if (r < 0)
		fault_set(c->fault, r, "cannot copy %.1000s:", n->path);
	if (r == 0 && renameat(AT_FDCWD, copy, n->dirfd, n->name) < 0)
		r = fail(c->fault, "replace", n);
	if (r < 0)
		unlink(copy);
	return r;
}

static int canonical_file(struct canonical *c, const struct walk_node *n)
{
	const struct stat *st = n->st;
	if (st->st_mode & (S_ISUID | S_ISGID))
		return fault_set(c->fault, ERR_UNSAFE, "%.1000s is set-user-id or set-group-id",
				 n->path);
	mode_t mode = file_mode(st->st_mode);
	/* Who shares the file keeps it as it is: the copy gets our mode. */
	if (st->st_nlink > 1 && !(st->st_mode & S_IRUSR) &&
	    fchmodat(n->dirfd, n->name, st->st_mode | S_IRUSR, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(c->fault, "set the mode of", n);
	int r = st->st_nlink > 1 ? break_link(c, n) : 0;
	if (r == 0 && (st->st_nlink > 1 || (st->st_mode & 07777) != mode) &&
	    fchmodat(n->dirfd, n->name, mode, AT_SYMLINK_NOFOLLOW) < 0)
		r = fail(c->fault, "set the mode of", n);
	return r;
}

static int set_time(struct canonical *c, const struct walk_node *n)
{
	return utimensat(n->dirfd, n->name, epoch1, AT_SYMLINK_NOFOLLOW) < 0
		   ? fail(c->fault, "set the time of", n)
		   : 0;
}

static int canonical_other(void *ctx, const struct walk_node *n)
{
	struct canonical *c = ctx;
	int r = nar_check_place(n, c->fault);
	if (r == 0 && S_ISREG(n->st->st_mode))
		r = canonical_file(c, n);
	else if (r == 0 && !S_ISLNK(n->st->st_mode))
		r = fault_set(c->fault, ERR_UNSAFE, "%.1000s is neither file, folder nor link",
			      n->path);
	return r < 0 ? r : set_time(c, n);
}

static int canonical_enter(void *ctx, const struct walk_node *n)
{
	struct canonical *c = ctx;
	int r = nar_check_place(n, c->fault);
	if (r == 0 && (n->st->st_mode & 0700) != 0700 &&
	    fchmodat(n->dirfd, n->name, 0755, AT_SYMLINK_NOFOLLOW) < 0)
		r = fail(c->fault, "set the mode of", n);
	return r;
}

static int canonical_leave(void *ctx, const struct walk_node *n)
{
	struct canonical *c = ctx;
	if (fchmod(n->fd, n->depth ? 0555 : 0755) < 0)
		return fail(c->fault, "set the mode of", n);
	return set_time(c, n);
}

int tree_canonicalise(const char *path, const char *spare, struct fault *f)
{
	struct canonical c = {spare, f};
	struct walk w = {.ctx = &c,
			 .enter = canonical_enter,
			 .leave = canonical_leave,
			 .other = canonical_other};
	return walk_tree(path, &w, f);
}

/* ---- durability ---- */

static int sync_other(void *ctx, const struct walk_node *n)
{
	if (S_ISLNK(n->st->st_mode))
		return 0; /* its folder's sync takes it along */
	CLOSE_FD int fd = openat(n->dirfd, n->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? fail(ctx, "sync", n) : 0;
}

static int sync_folder(void *ctx, const struct walk_node *n)
{
	return fsync(n->fd) < 0 ? fail(ctx, "sync", n) : 0;
}

int tree_sync(const char *path, uint64_t nodes, struct fault *f)
{
	struct fault unheard = FAULT_INIT;
	struct walk w = {.ctx = f ? f : &unheard, .leave = sync_folder, .other = sync_other};
	if (nodes <= SYNC_SINGLY_MAX)
		return walk_tree(path, &w, f);
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || syncfs(fd) < 0)
		return fault_set(f, -errno, "cannot sync %s:", path);
	return 0;
}

int tree_seal(const char *path, struct fault *f)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return fault_set(f, -errno, "cannot look at %s:", path);
	if (S_ISLNK(st.st_mode))
		return 0;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fchmod(fd, S_ISDIR(st.st_mode) ? 0555 : file_mode(st.st_mode)) < 0 ||
	    futimens(fd, epoch1) < 0 || fsync(fd) < 0)
		return fault_set(f, -errno, "cannot seal %s:", path);
	return 0;
}

int tree_rename(const char *from, const char *to, struct fault *f)
{
	struct stat st;
	/* To move a folder elsewhere is to write its "..". */
	if (lstat(from, &st) == 0 && S_ISDIR(st.st_mode) && !(st.st_mode & S_IWUSR))
		chmod(from, 0755);
	if (rename(from, to) < 0)
		return fault_set(f, -errno, "cannot move %s to %s:", from, to);
	return 0;
}

/* ---- checking ---- */

/* Notes that node N is not as it should be. Returns ERR_CORRUPT, which ends the walk. */
static int found(struct buf *text, const struct walk_node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int found(struct buf *text, const struct walk_node *n, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_addf(text, "%s ", n->path);
	buf_vaddf(text, fmt, ap);
	va_end(ap);
	return ERR_CORRUPT;
}

static int check_node(void *ctx, const struct walk_node *n)
{
	const struct stat *st = n->st;
	mode_t mode = st->st_mode, want = S_ISDIR(mode) ? 0555 : file_mode(mode);
	if (!S_ISDIR(mode) && !S_ISREG(mode) && !S_ISLNK(mode))
		return found(ctx, n, "is neither file, folder nor link");
	if (!S_ISLNK(mode) && (mode & 07777) != want)
		return found(ctx, n, "has mode %04o instead of %04o", mode & 07777, want);
	if (st->st_mtim.tv_sec != 1 || st->st_mtim.tv_nsec != 0)
		return found(ctx, n, "has modification time %lld instead of 1",
			     (long long)st->st_mtim.tv_sec);
	if (S_ISREG(mode) && st->st_nlink != 1)
		return found(ctx, n, "has %lu names instead of one",
			     (unsigned long)st->st_nlink);
	return 0;
}

int tree_check(const char *path, struct buf *ret, struct fault *f)
{
	struct walk w = {.ctx = ret, .enter = check_node, .other = check_node};
	size_t before = ret->len;
	int r = walk_tree(path, &w, f);
	return r == ERR_CORRUPT && ret->len > before ? 1 : r;
}
