/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/vec.h"

void file_close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

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
		   : fault_set(f, ERR_EXISTS, "%s is there and is no regular file", path);
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

/* Removes what the folder open as DIRFD holds under NAME. Returns 0 or a negated errno. */
static int remove_at(int dirfd, const char *name)
{
	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM && errno != EACCES)
		return -errno;
	int saved = errno;
	CLOSE_FD int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) {
		fchmodat(dirfd, name, 0700, 0);
		fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (fd < 0)
		return -saved;
	fchmod(fd, 0700);
	int copy = dup(fd);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		int r = -errno;
		if (copy >= 0)
			close(copy);
		return r;
	}
	int r = 0;
	struct dirent *e;
	while (r == 0 && (e = readdir(d)))
		if (path_is_component(view_of(e->d_name)))
			r = remove_at(fd, e->d_name);
	closedir(d);
	if (r == 0 && unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

int file_remove_tree(const char *path, struct fault *f)
{
	FREE_PTR char *dir = folder_of(path);
	if (!dir)
		return fault_set(f, -ENOMEM, "cannot remove %s:", path);
	CLOSE_FD int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : fault_set(f, -errno, "cannot open %s:", dir);
	int r = remove_at(fd, path_base(path));
	return r < 0 ? fault_set(f, r, "cannot remove %s:", path) : 0;
}

uint64_t file_tree_size(const char *path)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return 0;
	uint64_t sum = (uint64_t)st.st_blocks * 512;
	DIR *d = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
	if (!d)
		return sum;
	struct dirent *e;
	while ((e = readdir(d))) {
		if (!path_is_component(view_of(e->d_name)))
			continue;
		FREE_PTR char *p = path_join(path, e->d_name);
		if (p)
			sum += file_tree_size(p);
	}
	closedir(d);
	return sum;
}

static const struct timespec EPOCH1[2] = {{1, 0}, {1, 0}};

static int copy_file(const char *from, const char *to, mode_t mode, struct fault *f)
{
	CLOSE_FD int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0)
		return fault_set(f, -errno, "cannot open %s:", from);
	CLOSE_FD int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (out < 0)
		return fault_set(f, -errno, "cannot create %s:", to);
	char block[65536];
	ssize_t n;
	while ((n = read(in, block, sizeof block)) != 0) {
		int r = n < 0 ? -errno : file_write_fd(out, block, (size_t)n);
		if (r < 0 && r != -EINTR)
			return fault_set(f, r, "cannot copy %s to %s:", from, to);
	}
	if (fchmod(out, mode) < 0 || futimens(out, EPOCH1) < 0)
		return fault_set(f, -errno, "cannot set mode or time of %s:", to);
	return 0;
}

int file_list(const char *path, struct strlist *ret, struct fault *f)
{
	DIR *d = opendir(path);
	if (!d)
		return fault_set(f, -errno, "cannot open %s:", path);
	int r = 0;
	struct dirent *e;
	while (r == 0 && (e = readdir(d)))
		if (path_is_component(view_of(e->d_name)))
			r = strlist_add(ret, e->d_name);
	closedir(d);
	strlist_sort(ret);
	return r < 0 ? fault_set(f, r, "cannot list %s:", path) : 0;
}

static int copy_folder(const char *from, const char *to, bool reverse, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	int r = file_list(from, &names, f);
	if (r == 0 && mkdir(to, 0755) < 0)
		r = fault_set(f, -errno, "cannot make folder %s:", to);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		const char *name = names.items[reverse ? names.n - 1 - i : i];
		FREE_PTR char *a = path_join(from, name);
		FREE_PTR char *b = path_join(to, name);
		r = a && b ? file_copy_tree(a, b, reverse, f)
			   : fault_set(f, -ENOMEM, "cannot copy %s:", from);
	}
	strlist_release(&names);
	if (r == 0 && (chmod(to, 0755) < 0 || utimensat(AT_FDCWD, to, EPOCH1, 0) < 0))
		r = fault_set(f, -errno, "cannot set mode or time of %s:", to);
	return r;
}

int file_copy_tree(const char *from, const char *to, bool reverse, struct fault *f)
{
	struct stat st;
	if (lstat(from, &st) < 0)
		return fault_set(f, -errno, "cannot look at %s:", from);
	if (S_ISDIR(st.st_mode))
		return copy_folder(from, to, reverse, f);
	if (S_ISREG(st.st_mode))
		return copy_file(from, to, st.st_mode & S_IXUSR ? 0755 : 0644, f);
	if (!S_ISLNK(st.st_mode))
		return fault_set(f, ERR_UNSAFE, "%s is neither file, folder nor link", from);
	char target[4096];
	ssize_t n = readlink(from, target, sizeof target - 1);
	if (n < 0)
		return fault_set(f, -errno, "cannot read link %s:", from);
	target[n] = '\0';
	if (symlink(target, to) < 0 || utimensat(AT_FDCWD, to, EPOCH1, AT_SYMLINK_NOFOLLOW) < 0)
		return fault_set(f, -errno, "cannot make link %s:", to);
	return 0;
}
