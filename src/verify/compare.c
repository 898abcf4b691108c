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
#include "base/vec.h"
#include "base/walk.h"

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

/* Two trees, walked side by side: A by walk_tree, which calls back; B here. */
struct pair {
	const char *b; /* path of the second tree */
	struct dir_stack folders;
	struct level *levels; /* one for each of FOLDERS; owned */
	size_t room;
	struct differences *ret;
	struct fault *f;
};

/* What is in a folder of B, and how much of that has been met. */
struct level {
	struct strlist names; /* sorted */
	size_t next;
};

/* Says that E happened to what is REL in the second tree. */
static int broken(const struct pair *p, const char *rel, int e)
{
	return fault_set(p->f, e, "cannot read %s%s%s:", p->b, *rel ? "/" : "", rel);
}

static int compare_files(struct pair *p, const struct walk_node *n, const char *name,
			 const struct stat *sb)
{
	int r = 0;
	bool xa = n->st->st_mode & S_IXUSR, xb = sb->st_mode & S_IXUSR;
	if (xa != xb)
		r = add(p->ret, DIFFERENCE_MODE, n->rel, "executable only in the %s",
			xa ? "first" : "second");
	CLOSE_FD int fa = openat(n->dirfd, n->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fa < 0)
		return fault_set(p->f, -errno, "cannot read %s:", n->path);
	CLOSE_FD int fb =
	    openat(dir_stack_top(&p->folders), name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fb < 0)
		return broken(p, n->rel, -errno);
	int error;
	int64_t at = first_difference(fa, fb, &error);
	if (error)
		return fault_set(p->f, error, "cannot compare %s with that of %s:", n->path,
				 p->b);
	if (r == 0 && at >= 0)
		r = add(p->ret, DIFFERENCE_CONTENT, n->rel,
			"%lld and %lld bytes, first difference at byte %lld",
			(long long)n->st->st_size, (long long)sb->st_size, (long long)at);
	return r;
}

static int compare_links(struct pair *p, const struct walk_node *n, const char *name)
{
	char ta[4096], tb[4096];
	ssize_t na = readlinkat(n->dirfd, n->name, ta, sizeof ta - 1);
	if (na < 0)
		return fault_set(p->f, -errno, "cannot read %s:", n->path);
	ssize_t nb = readlinkat(dir_stack_top(&p->folders), name, tb, sizeof tb - 1);
	if (nb < 0)
		return broken(p, n->rel, -errno);
	ta[na] = tb[nb] = '\0';
	return strcmp(ta, tb) ? add(p->ret, DIFFERENCE_TARGET, n->rel, "%s and %s", ta, tb) : 0;
}

/* Enters folder NAME of the second tree, which is REL there. */
static int push(struct pair *p, const char *name, const char *rel)
{
	struct level *more = vec_grow(p->levels, &p->room, p->folders.n + 1, sizeof *p->levels);
	int fd = openat(dir_stack_top(&p->folders), name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = !more ? -ENOMEM : fd < 0 ? -errno : 0;
	if (more)
		p->levels = more;
	if (r < 0) {
		file_close_fd(&fd);
		return broken(p, rel, r);
	}
	r = dir_stack_push(&p->folders, fd);
	if (r < 0)
		return broken(p, rel, r);
	struct level *l = &p->levels[p->folders.n - 1];
	*l = (struct level){STRLIST_INIT, 0};
	r = dir_names(dir_stack_top(&p->folders), &l->names);
	return r < 0 ? broken(p, rel, r) : 0;
}

/* Lists what only the second tree has in the folder REL, of NREL bytes, before NAME (NULL: the rest). */
static int list_others(struct pair *p, const char *rel, size_t nrel, const char *name)
{
	struct level *l = &p->levels[p->folders.n - 1];
	int r = 0;
	while (r == 0 && l->next < l->names.n &&
	       (!name || strcmp(l->names.items[l->next], name) < 0)) {
		FREE_PTR char *path = NULL;
		if (asprintf(&path, "%.*s%s%s", (int)nrel, rel, nrel ? "/" : "",
			     l->names.items[l->next++]) < 0)
			return -ENOMEM;
		r = add(p->ret, DIFFERENCE_ONLY_B, path, "only in the second");
	}
	return r;
}

/* Looks whether the second tree has N. 1, with ST; 0: it has not; negative. */
static int find(struct pair *p, const struct walk_node *n, struct stat *st)
{
	size_t nrel = strlen(n->rel), nname = strlen(n->name);
	struct level *l = &p->levels[p->folders.n - 1];
	int r = list_others(p, n->rel, nrel > nname ? nrel - nname - 1 : 0, n->name);
	if (r < 0)
		return r;
	if (l->next == l->names.n || strcmp(l->names.items[l->next], n->name) != 0)
		return add(p->ret, DIFFERENCE_ONLY_A, n->rel, "only in the first");
	l->next++;
	if (fstatat(dir_stack_top(&p->folders), n->name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return broken(p, n->rel, -errno);
	return 1;
}

static const char *type_word(mode_t m)
{
	return S_ISREG(m) ? "file" : S_ISDIR(m) ? "folder" : S_ISLNK(m) ? "link" : "device";
}

/* Compares N, a folder or not. WALK_SKIP: there is nothing to be compared below it. */
static int meet(void *ctx, const struct walk_node *n)
{
	struct pair *p = ctx;
	struct stat sb = {0};
	const char *name = n->depth ? n->name : p->b;
	if (n->depth == 0 && lstat(p->b, &sb) < 0)
		return broken(p, "", -errno);
	int r = n->depth ? find(p, n, &sb) : 1;
	if (r <= 0)
		return r < 0 ? r : WALK_SKIP;
	if ((n->st->st_mode & S_IFMT) != (sb.st_mode & S_IFMT)) {
		r = add(p->ret, DIFFERENCE_TYPE, n->rel, "%s and %s", type_word(n->st->st_mode),
			type_word(sb.st_mode));
		return r < 0 ? r : WALK_SKIP;
	}
	if (S_ISDIR(sb.st_mode))
		return push(p, name, n->rel);
	return S_ISLNK(sb.st_mode) ? compare_links(p, n, name) : compare_files(p, n, name, &sb);
}

static int meet_other(void *ctx, const struct walk_node *n)
{
	int r = meet(ctx, n);
	return r == WALK_SKIP ? 0 : r;
}

static int leave(void *ctx, const struct walk_node *n)
{
	struct pair *p = ctx;
	int r = list_others(p, n->rel, strlen(n->rel), NULL);
	strlist_release(&p->levels[p->folders.n - 1].names);
	int e = dir_stack_pop(&p->folders);
	return r < 0 ? r : e < 0 ? broken(p, n->rel, e) : 0;
}

int tree_compare(const char *a, const char *b, struct differences *ret, struct fault *f)
{
	struct pair p = {.b = b, .folders = DIR_STACK_INIT, .ret = ret, .f = f};
	const struct walk w = {.ctx = &p, .enter = meet, .leave = leave, .other = meet_other};
	int r = walk_tree(a, &w, f);
	for (size_t i = 0; i < p.folders.n; i++)
		strlist_release(&p.levels[i].names);
	dir_stack_release(&p.folders);
	free(p.levels);
	if (r < 0 && f && f->code == 0)
		fault_set(f, r, "cannot compare %s and %s:", a, b);
	return r;
}
