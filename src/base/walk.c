/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/path.h"

/* ---- listing ---- */

int dir_next(DIR *d, const char **ret)
{
	for (;;) {
		errno = 0;
		struct dirent *e = readdir(d);
		if (!e)
			return -errno;
		if (!path_is_component(view_of(e->d_name)))
			continue;
		*ret = e->d_name;
		return 1;
	}
}

int dir_names(int fd, struct strlist *ret)
{
	/* A descriptor of its own: where another one stands in the folder is not ours to change. */
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		int r = -errno;
		file_close_fd(&copy);
		return r;
	}
	const char *name = "";
	int r;
	while ((r = dir_next(d, &name)) > 0)
		if (strlist_add(ret, name) < 0) {
			r = -ENOMEM;
			break;
		}
	closedir(d);
	strlist_sort(ret);
	return r;
}

/* ---- a stack of folders ---- */

struct dir_level {
	dev_t dev; /* which folder it is */
	ino_t ino;
	int fd; /* -1 = closed for now */
};

int dir_stack_push(struct dir_stack *s, int fd)
{
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : 0;
	struct dir_level *p = r == 0 ? vec_grow(s->levels, &s->cap, s->n + 1, sizeof *p) : NULL;
	if (!p) {
		close(fd);
		return r < 0 ? r : -ENOMEM;
	}
	s->levels = p;
	p[s->n++] = (struct dir_level){st.st_dev, st.st_ino, fd};
	if (s->n > WALK_OPEN_MAX)
		file_close_fd(&p[s->n - 1 - WALK_OPEN_MAX].fd);
	return 0;
}

int dir_stack_reach(struct dir_stack *s)
{
	struct stat st = {0};
	if (s->n < 2 || s->levels[s->n - 2].fd >= 0)
		return 0;
	struct dir_level *below = &s->levels[s->n - 2];
	int fd = openat(s->levels[s->n - 1].fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && (st.st_dev != below->dev || st.st_ino != below->ino))
		r = -ESTALE; /* somebody moved a folder while we were in it */
	if (r < 0)
		file_close_fd(&fd);
	below->fd = fd;
	return r;
}

int dir_stack_pop(struct dir_stack *s)
{
	int r = dir_stack_reach(s);
	file_close_fd(&s->levels[--s->n].fd);
	return r;
}

int dir_stack_top(const struct dir_stack *s)
{
	return s->n ? s->levels[s->n - 1].fd : AT_FDCWD;
}

int dir_stack_below(const struct dir_stack *s)
{
	return s->n > 1 ? s->levels[s->n - 2].fd : AT_FDCWD;
}

void dir_stack_release(struct dir_stack *s)
{
	for (size_t i = 0; i < s->n; i++)
		file_close_fd(&s->levels[i].fd);
	free(s->levels);
	*s = (struct dir_stack)DIR_STACK_INIT;
}

/* ---- walking ---- */

/* A folder whose entries are being met. */
struct frame {
	struct strlist names; /* its entries */
	size_t next;          /* the one to be met next, counted in the order of the walk */
	size_t path_len;      /* of the folder's own path */
	size_t name_at;       /* where its name begins in the path; 0 = the top */
	struct stat st;       /* of the folder */
};

struct walker {
	const struct walk *w;
	struct fault *fault;
	struct buf path;       /* of the node at hand */
	size_t top_len;        /* of the path given */
	struct dir_stack open; /* one folder a frame */
	struct frame *frames;  /* owned */
	size_t n, cap;
};

/* The node at hand, whose name begins at NAME_AT of the path. */
static struct walk_node node(const struct walker *k, size_t name_at, int dirfd, size_t depth,
			     const struct stat *st)
{
	const char *path = buf_str(&k->path);
	size_t rel = k->path.len > k->top_len ? k->top_len + 1 : k->path.len;
	return (struct walk_node){dirfd, path + name_at, path, path + rel, depth, -1, st};
}

static int failed(struct walker *k, int code, const char *doing)
{
	return fault_set(k->fault, code, "cannot %s %.1000s:", doing, buf_str(&k->path));
}

/* Opens the folder N and lists it: a frame more. */
static int descend(struct walker *k, const struct walk_node *n)
{
	struct frame *p = vec_grow(k->frames, &k->cap, k->n + 1, sizeof *p);
	if (!p)
		return failed(k, -ENOMEM, "walk through");
	k->frames = p;
	int fd = openat(n->dirfd, n->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT && k->w->may_vanish && n->depth
			   ? 0
			   : failed(k, -errno, "open");
	int r = dir_stack_push(&k->open, fd);
	if (r < 0)
		return failed(k, r, "open");
	struct frame *t = &p[k->n++];
	*t = (struct frame){.names = STRLIST_INIT,
			    .path_len = k->path.len,
			    .name_at = (size_t)(n->name - n->path),
			    .st = *n->st};
	r = dir_names(fd, &t->names);
	return r < 0 ? failed(k, r, "list") : 0;
}

/* Meets the node whose path is at hand. */
static int meet(struct walker *k, size_t name_at)
{
	const struct walk *w = k->w;
	struct stat st;
	int dirfd = dir_stack_top(&k->open);
	struct walk_node n = node(k, name_at, dirfd, k->n, &st);
	if (fstatat(dirfd, n.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT && w->may_vanish && k->n ? 0
								: failed(k, -errno, "look at");
	if (!S_ISDIR(st.st_mode))
		return w->other ? w->other(w->ctx, &n) : 0;
	int r = w->enter ? w->enter(w->ctx, &n) : 0;
	if (r != 0)
		return r < 0 ? r : 0;
	return descend(k, &n);
}

/* Leaves the folder of the last frame. */
static int leave(struct walker *k)
{
	const struct walk *w = k->w;
	struct frame *t = &k->frames[k->n - 1];
	int r = dir_stack_reach(&k->open);
	if (r < 0)
		r = failed(k, r, "go back from");
	struct walk_node n = node(k, t->name_at, dir_stack_below(&k->open), k->n - 1, &t->st);
	n.fd = dir_stack_top(&k->open);
	if (r == 0 && w->leave)
		r = w->leave(w->ctx, &n);
	strlist_release(&t->names);
	k->n--;
	int e = dir_stack_pop(&k->open);
	return r < 0 ? r : e < 0 ? failed(k, e, "go back from") : 0;
}

static void set_path(struct walker *k, size_t len)
{
	if (k->path.ptr && len <= k->path.len) {
		k->path.len = len;
		k->path.ptr[len] = '\0';
	}
}

/* Takes one step: the next entry of the last frame, or out of it. */
static int step(struct walker *k)
{
	struct frame *t = &k->frames[k->n - 1];
	set_path(k, t->path_len);
	if (t->next == t->names.n)
		return leave(k);
	size_t i = k->w->reverse ? t->names.n - 1 - t->next : t->next;
	t->next++;
	if (k->path.len == 0 || k->path.ptr[k->path.len - 1] != '/')
		buf_addc(&k->path, '/');
	size_t name_at = k->path.len;
	buf_adds(&k->path, t->names.items[i]);
	return buf_failed(&k->path) ? failed(k, -ENOMEM, "walk through") : meet(k, name_at);
}

int walk_tree(const char *path, const struct walk *w, struct fault *f)
{
	struct walker k = {.w = w, .fault = f, .path = BUF_INIT, .open = DIR_STACK_INIT};
	size_t len = strlen(path);
	buf_adds(&k.path, path);
	k.top_len = len && path[len - 1] == '/' ? len - 1 : len;
	int r = buf_failed(&k.path)
		    ? fault_set(f, -ENOMEM, "cannot walk through %.1000s:", path)
		    : meet(&k, 0);
	while (r == 0 && k.n)
		r = step(&k);
	for (size_t i = 0; i < k.n; i++)
		strlist_release(&k.frames[i].names);
	free(k.frames);
	dir_stack_release(&k.open);
	buf_release(&k.path);
	return r;
}
