/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "nar/nar.h"

/* Up to this many nodes are synced one by one; beyond, the whole file system is, in one go. */
enum { SYNC_SINGLY_MAX = 4 };

static const struct timespec epoch1[2] = {{1, 0}, {1, 0}};

/* A walk over a tree. */
struct walk {
	struct buf path;   /* of the node at hand, for messages */
	const char *spare; /* folder for copies */
	struct fault *f;
	struct buf *found; /* tree_check: what is wrong */
};

static int fail(struct walk *w, const char *doing)
{
	return fault_set(w->f, -errno, "%s %s:", doing, buf_str(&w->path));
}

/* Lists the names in the folder open as FD. */
static int list(struct walk *w, int fd, struct strlist *ret)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		int r = fail(w, "cannot list");
		file_close_fd(&copy);
		return r;
	}
	int r = 0;
	struct dirent *e;
	errno = 0;
	while (r == 0 && (e = readdir(d))) {
		if (path_is_component(view_of(e->d_name)) && strlist_add(ret, e->d_name) < 0)
			r = fault_set(w->f, -ENOMEM, "cannot list %s:", buf_str(&w->path));
		errno = 0;
	}
	if (r == 0 && errno)
		r = fail(w, "cannot list");
	closedir(d);
	return r;
}

/* Calls FN for each entry of the folder open as FD, with the path set. */
static int each_child(struct walk *w, int fd, int depth,
		      int (*fn)(struct walk *w, int dirfd, const char *name, int depth))
{
	struct strlist names = STRLIST_INIT;
	size_t at = w->path.len;
	int r =
	    depth < NAR_DEPTH_MAX
		? list(w, fd, &names)
		: fault_set(w->f, ERR_LIMIT, "folders nest too deep at %s", buf_str(&w->path));
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		buf_addf(&w->path, "/%s", names.items[i]);
		r = buf_failed(&w->path);
		if (r == 0)
			r = fn(w, fd, names.items[i], depth + 1);
		if (w->path.ptr) {
			w->path.len = at;
			w->path.ptr[at] = '\0';
		}
	}
	strlist_release(&names);
	return r;
}

/* ---- canonical form ---- */

static mode_t file_mode(mode_t mode)
{
	return mode & S_IXUSR ? 0555 : 0444;
}

/* Replaces the file NAME, which has other names, by a copy of its own. */
static int break_link(struct walk *w, int dirfd, const char *name)
{
	FREE_PTR char *copy = NULL;
	if (asprintf(&copy, "%s/copy", w->spare) < 0)
		return fault_set(w->f, -ENOMEM, "cannot copy %s:", buf_str(&w->path));
	unlink(copy);
	int r = file_copy_tree(buf_str(&w->path), copy, false, w->f);
	if (r == 0 && renameat(AT_FDCWD, copy, dirfd, name) < 0)
		r = fail(w, "cannot replace");
	if (r < 0)
		unlink(copy);
	return r;
}

static int canonical_file(struct walk *w, int dirfd, const char *name, const struct stat *st)
{
	if (st->st_mode & (S_ISUID | S_ISGID))
		return fault_set(w->f, ERR_UNSAFE, "%s is set-user-id or set-group-id",
				 buf_str(&w->path));
	mode_t mode = file_mode(st->st_mode);
	/* Who shares the file keeps it as it is: the copy gets our mode. */
	int r = 0;
	if (st->st_nlink > 1 && !(st->st_mode & S_IRUSR) &&
	    fchmodat(dirfd, name, st->st_mode | S_IRUSR, 0) < 0)
		return fail(w, "cannot set the mode of");
	if (st->st_nlink > 1)
		r = break_link(w, dirfd, name);
	if (r == 0 && (st->st_nlink > 1 || (st->st_mode & 07777) != mode) &&
	    fchmodat(dirfd, name, mode, 0) < 0)
		r = fail(w, "cannot set the mode of");
	return r;
}

static int canonical_node(struct walk *w, int dirfd, const char *name, int depth);

static int canonical_folder(struct walk *w, int dirfd, const char *name, int depth,
			    const struct stat *st)
{
	if ((st->st_mode & 0700) != 0700 && fchmodat(dirfd, name, 0755, 0) < 0)
		return fail(w, "cannot set the mode of");
	CLOSE_FD int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(w, "cannot open");
	int r = each_child(w, fd, depth, canonical_node);
	if (r == 0 && fchmod(fd, depth ? 0555 : 0755) < 0)
		r = fail(w, "cannot set the mode of");
	return r;
}

static int canonical_node(struct walk *w, int dirfd, const char *name, int depth)
{
	struct stat st;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(w, "cannot look at");
	int r = 0;
	if (S_ISDIR(st.st_mode))
		r = canonical_folder(w, dirfd, name, depth, &st);
	else if (S_ISREG(st.st_mode))
		r = canonical_file(w, dirfd, name, &st);
	else if (!S_ISLNK(st.st_mode))
		r = fault_set(w->f, ERR_UNSAFE, "%s is neither file, folder nor link",
			      buf_str(&w->path));
	if (r == 0 && utimensat(dirfd, name, epoch1, AT_SYMLINK_NOFOLLOW) < 0)
		r = fail(w, "cannot set the time of");
	return r;
}

int tree_canonicalise(const char *path, const char *spare, struct fault *f)
{
	struct walk w = {.path = BUF_INIT, .spare = spare, .f = f};
	buf_adds(&w.path, path);
	int r = canonical_node(&w, AT_FDCWD, path, 0);
	buf_release(&w.path);
	return r;
}

/* ---- durability ---- */

static int sync_node(struct walk *w, int dirfd, const char *name, int depth)
{
	struct stat st;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(w, "cannot look at");
	if (S_ISLNK(st.st_mode))
		return 0; /* its folder's sync takes it along */
	CLOSE_FD int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(w, "cannot open");
	int r = S_ISDIR(st.st_mode) ? each_child(w, fd, depth, sync_node) : 0;
	if (r == 0 && fsync(fd) < 0)
		r = fail(w, "cannot sync");
	return r;
}

int tree_sync(const char *path, uint64_t nodes, struct fault *f)
{
	if (nodes <= SYNC_SINGLY_MAX) {
		struct walk w = {.path = BUF_INIT, .f = f};
		buf_adds(&w.path, path);
		int r = sync_node(&w, AT_FDCWD, path, 0);
		buf_release(&w.path);
		return r;
	}
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

/* Notes that the node at hand is not as it should be. */
static int found(struct walk *w, const char *fmt, unsigned long a, unsigned long b)
{
	buf_addf(w->found, "%s ", buf_str(&w->path));
	buf_addf(w->found, fmt, a, b);
	return 1;
}

static int check_node(struct walk *w, int dirfd, const char *name, int depth)
{
	struct stat st;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	mode_t want = S_ISDIR(st.st_mode) ? 0555 : file_mode(st.st_mode);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return found(w, "is neither file, folder nor link", 0, 0);
	if (!S_ISLNK(st.st_mode) && (st.st_mode & 07777) != want)
		return found(w, "has mode %04lo instead of %04lo", st.st_mode & 07777, want);
	if (st.st_mtim.tv_sec != 1 || st.st_mtim.tv_nsec != 0)
		return found(w, "has modification time %ld instead of 1",
			     (unsigned long)st.st_mtim.tv_sec, 0);
	if (S_ISREG(st.st_mode) && st.st_nlink != 1)
		return found(w, "has %lu names instead of one", st.st_nlink, 0);
	if (!S_ISDIR(st.st_mode))
		return 0;
	CLOSE_FD int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : each_child(w, fd, depth, check_node);
}

int tree_check(const char *path, struct buf *ret)
{
	struct walk w = {.path = BUF_INIT, .found = ret};
	buf_adds(&w.path, path);
	int r = check_node(&w, AT_FDCWD, path, 0);
	buf_release(&w.path);
	return r;
}
