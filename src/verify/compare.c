/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/compare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"

void differences_release(struct differences *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->items[i].path);
		free(d->items[i].detail);
	}
	free(d->items);
	*d = (struct differences)DIFFERENCES_INIT;
}

const char *difference_word(enum difference_kind kind)
{
	static const char *const words[] = {"only-in-first", "only-in-second", "type",
					    "mode",          "content",        "target"};
	return words[kind];
}

static int add(struct differences *d, enum difference_kind kind, const char *path,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static int add(struct differences *d, enum difference_kind kind, const char *path,
	       const char *fmt, ...)
{
	struct difference *p = vec_grow(d->items, &d->cap, d->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	d->items = p;
	struct difference x = {kind, strdup(*path ? path : "."), NULL};
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&x.detail, fmt, ap);
	va_end(ap);
	if (n < 0)
		x.detail = NULL;
	if (!x.path || !x.detail) {
		free(x.path);
		free(x.detail);
		return -ENOMEM;
	}
	d->items[d->n++] = x;
	return 0;
}

/* Finds the first byte in which two open files of SIZE bytes differ: its offset, or -1 for none. */
static int64_t first_difference(int a, int b, int *ret_error)
{
	static const size_t block = 65536;
	FREE_PTR char *x = malloc(block);
	FREE_PTR char *y = malloc(block);
	int64_t at = 0;
	*ret_error = x && y ? 0 : -ENOMEM;
	while (*ret_error == 0) {
		ssize_t n = pread(a, x, block, at), m = pread(b, y, block, at);
		if (n < 0 || m < 0) {
			*ret_error = -errno;
			break;
		}
		ssize_t k = n < m ? n : m;
		for (ssize_t i = 0; i < k; i++)
			if (x[i] != y[i])
				return at + i;
		if (n != m)
			return at + k;
		if (n == 0)
			break;
		at += n;
	}
	return -1;
}

static int compare_files(const char *a, const char *b, const char *rel, const struct stat *sa,
			 const struct stat *sb, struct differences *ret, struct fault *f)
{
	int r = 0;
	bool xa = sa->st_mode & S_IXUSR, xb = sb->st_mode & S_IXUSR;
	if (xa != xb)
		r = add(ret, DIFFERENCE_MODE, rel, "executable only in the %s",
			xa ? "first" : "second");
	CLOSE_FD int fa = open(a, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	CLOSE_FD int fb = open(b, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fa < 0 || fb < 0)
		return fault_set(f, -errno, "cannot open %s:", fa < 0 ? a : b);
	int error;
	int64_t at = first_difference(fa, fb, &error);
	if (error)
		return fault_set(f, error, "cannot compare %s and %s:", a, b);
	if (r == 0 && at >= 0)
		r = add(ret, DIFFERENCE_CONTENT, rel,
			"%lld and %lld bytes, first difference at byte %lld",
			(long long)sa->st_size, (long long)sb->st_size, (long long)at);
	return r;
}

static int compare_links(const char *a, const char *b, const char *rel, struct differences *ret)
{
	char ta[4096], tb[4096];
	ssize_t na = readlink(a, ta, sizeof ta - 1), nb = readlink(b, tb, sizeof tb - 1);
	if (na < 0 || nb < 0)
		return -errno;
	ta[na] = tb[nb] = '\0';
	return strcmp(ta, tb) ? add(ret, DIFFERENCE_TARGET, rel, "%s and %s", ta, tb) : 0;
}

static int compare_node(const char *a, const char *b, const char *rel, struct differences *ret,
			struct fault *f);

static int compare_entry(const char *a, const char *b, const char *rel, const char *name,
			 struct differences *ret, struct fault *f)
{
	FREE_PTR char *pa = path_join(a, name);
	FREE_PTR char *pb = path_join(b, name);
	FREE_PTR char *pr = *rel ? path_join(rel, name) : strdup(name);
	return pa && pb && pr ? compare_node(pa, pb, pr, ret, f) : -ENOMEM;
}

static int compare_folders(const char *a, const char *b, const char *rel,
			   struct differences *ret, struct fault *f)
{
	struct strlist la = STRLIST_INIT, lb = STRLIST_INIT;
	int r = file_list(a, &la, f);
	if (r == 0)
		r = file_list(b, &lb, f);
	for (size_t i = 0, k = 0; r == 0 && (i < la.n || k < lb.n);) {
		int c = i == la.n ? 1 : k == lb.n ? -1 : strcmp(la.items[i], lb.items[k]);
		const char *name = c <= 0 ? la.items[i] : lb.items[k];
		FREE_PTR char *pr = *rel ? path_join(rel, name) : strdup(name);
		if (!pr)
			r = -ENOMEM;
		else if (c)
			r = add(ret, c < 0 ? DIFFERENCE_ONLY_A : DIFFERENCE_ONLY_B, pr,
				"only in the %s", c < 0 ? "first" : "second");
		else
			r = compare_entry(a, b, rel, name, ret, f);
		i += c <= 0;
		k += c >= 0;
	}
	strlist_release(&la);
	strlist_release(&lb);
	return r;
}

static const char *type_word(mode_t m)
{
	return S_ISREG(m) ? "file" : S_ISDIR(m) ? "folder" : S_ISLNK(m) ? "link" : "device";
}

static int compare_node(const char *a, const char *b, const char *rel, struct differences *ret,
			struct fault *f)
{
	struct stat sa, sb;
	if (lstat(a, &sa) < 0)
		return fault_set(f, -errno, "cannot look at %s:", a);
	if (lstat(b, &sb) < 0)
		return fault_set(f, -errno, "cannot look at %s:", b);
	if ((sa.st_mode & S_IFMT) != (sb.st_mode & S_IFMT))
		return add(ret, DIFFERENCE_TYPE, rel, "%s and %s", type_word(sa.st_mode),
			   type_word(sb.st_mode));
	if (S_ISDIR(sa.st_mode))
		return compare_folders(a, b, rel, ret, f);
	if (S_ISLNK(sa.st_mode))
		return compare_links(a, b, rel, ret);
	return compare_files(a, b, rel, &sa, &sb, ret, f);
}

int tree_compare(const char *a, const char *b, struct differences *ret, struct fault *f)
{
	int r = compare_node(a, b, "", ret, f);
	if (r < 0 && f && f->code == 0)
		fault_set(f, r, "cannot compare %s and %s:", a, b);
	return r;
}
