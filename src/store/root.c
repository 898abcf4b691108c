/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"

/* A root is a row, and a link roots/NAME -> ../objects/HEX, from which rebuild-db makes the row. */
#define LINK_HEAD "../objects/"

bool root_is_name(const char *name)
{
	struct view v = view_of(name);
	size_t n = strlen(STORE_ROOT_BUILT);
	if (v.len > n && strcmp(name + v.len - n, STORE_ROOT_BUILT) == 0)
		v.len -= n;
	return path_is_name(v);
}

int root_link(struct store *s, const char *name, const struct digest *object, int64_t added_ns,
	      struct fault *f)
{
	char target[sizeof LINK_HEAD + DIGEST_HEX] = LINK_HEAD;
	FREE_PTR char *dir = store_at(s, "roots");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return fault_set(f, -ENOMEM, "cannot set root %s:", name);
	if (!object) {
		if (unlink(path) < 0 && errno != ENOENT)
			return fault_set(f, -errno, "cannot remove %s:", path);
		return file_sync_dir(dir, f);
	}
	FREE_PTR char *tmp = temproot_path(s, "root", f);
	if (!tmp)
		return f && f->code ? f->code : -EIO;
	digest_hex(object, target + strlen(LINK_HEAD));
	struct timespec t = {added_ns / 1000000000, added_ns % 1000000000};
	struct timespec times[2] = {t, t};
	if (symlink(target, tmp) < 0 ||
	    utimensat(AT_FDCWD, tmp, times, AT_SYMLINK_NOFOLLOW) < 0 || rename(tmp, path) < 0) {
		int r = fault_set(f, -errno, "cannot make %s:", path);
		unlink(tmp);
		return r;
	}
	return file_sync_dir(dir, f);
}

int root_read(struct store *s, const char *name, struct digest *ret, int64_t *ret_added_ns,
	      struct fault *f)
{
	char target[256];
	struct stat st;
	struct digest d;
	size_t head = strlen(LINK_HEAD);
	FREE_PTR char *dir = store_at(s, "roots");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return fault_set(f, -ENOMEM, "cannot read root %s:", name);
	ssize_t n = readlink(path, target, sizeof target);
	if (n < 0 && errno == ENOENT)
		return fault_set(f, ERR_MISSING, "there is no link %s", path);
	if ((n < 0 && errno != EINVAL) || lstat(path, &st) < 0)
		return fault_set(f, -errno, "cannot read the link %s:", path);
	if (n < (ssize_t)head || memcmp(target, LINK_HEAD, head) != 0 ||
	    digest_parse_hex((struct view){target + head, (size_t)n - head}, &d) < 0)
		return fault_set(f, ERR_CORRUPT, "%s is not the link of a root", path);
	if (ret_added_ns)
		*ret_added_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	*ret = d;
	return 0;
}

int root_differs(struct store *s, const char *name, const struct digest *object,
		 struct fault *f)
{
	struct digest got;
	int r = root_read(s, name, &got, NULL, f);
	if (r == ERR_MISSING || r == ERR_CORRUPT)
		return 1;
	return r < 0 ? r : !digest_eq(&got, object);
}

static int contradiction(struct store *s, const char *name, struct fault *f)
{
	fault_set(f, ERR_CORRUPT, "the database and the link %s/roots/%s contradict each other",
		  s->path, name);
	fault_hint(f, "look at the link: boot-hurd store rebuild-db goes by the links, "
		      "boot-hurd store repair by the database");
	return ERR_CORRUPT;
}

struct agreement {
	struct store *s;
	struct fault *f;
};

static int has_row(void *ctx, const char *name)
{
	struct agreement *a = ctx;
	if (!root_is_name(name))
		return 0; /* not ours; store check reports it */
	sqlite3_stmt *st = db_bind(a->s, Q_ROOT_GET, "t", name);
	int r = db_step(a->s, st, a->f);
	db_reset(st);
	return r == 0 ? contradiction(a->s, name, a->f) : r < 0 ? r : 0;
}

int roots_agree(struct store *s, struct fault *f)
{
	struct agreement agreement = {s, f};
	struct arena a = ARENA_INIT;
	struct store_root *roots = NULL;
	size_t n = 0;
	int r = store_root_list(s, &a, &roots, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = root_differs(s, roots[i].name, &roots[i].object, f);
		if (r > 0)
			r = contradiction(s, roots[i].name, f);
	}
	if (r == 0)
		r = each_entry(s, "roots", has_row, &agreement, f);
	arena_release(&a);
	return r;
}

int store_root_add(struct store *s, const char *name, const struct digest *object,
		   struct fault *f)
{
	struct digest before = {{0}};
	int64_t then = 0, now = sys_now_ns();
	if (!root_is_name(name))
		return fault_set(f, ERR_SYNTAX, "'%s' cannot name a root", name);
	/* Held until the store is closed, so that nothing collects it before the row is there. */
	int r = store_hold(s, object, f);
	if (r == 0)
		r = temproot_ensure(s, f);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	int had = root_read(s, name, &before, &then, f);
	r = had == 0 || had == ERR_MISSING || had == ERR_CORRUPT ? 0 : had;
	if (r == 0)
		r = db_run(s, f, Q_ROOT_PUT, "tdi", name, object, now);
	bool linked = r == 0;
	if (r == 0)
		r = root_link(s, name, object, now, f);
	r = store_commit(s, r, f);
	if (r < 0 && linked && root_link(s, name, had == 0 ? &before : NULL, then, NULL) < 0)
		s->unfinished = true;
	store_unlock_writer(s);
	return r;
}

int store_root_remove(struct store *s, const char *name, struct fault *f)
{
	if (!root_is_name(name))
		return fault_set(f, ERR_MISSING, "there is no root '%s'", name);
	int r = temproot_ensure(s, f);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	r = db_run(s, f, Q_ROOT_DELETE, "t", name);
	if (r == 0 && sqlite3_changes(s->db) == 0)
		r = fault_set(f, ERR_MISSING, "there is no root '%s'", name);
	r = store_commit(s, r, f);
	/* After the commit: a link without row keeps nothing, a row without link is still a root. */
	if (r == 0) {
		r = root_link(s, name, NULL, 0, f);
		s->unfinished |= r < 0;
	}
	store_unlock_writer(s);
	return r;
}

int store_root_list(struct store *s, struct arena *a, struct store_root **ret, size_t *ret_n,
		    struct fault *f)
{
	FREE_PTR struct store_root *rows = NULL;
	size_t n = 0, cap = 0;
	int r;
	sqlite3_stmt *st = db_bind(s, Q_ROOT_LIST, "");
	while ((r = db_step(s, st, f)) > 0) {
		struct store_root *p = vec_grow(rows, &cap, n + 1, sizeof *p);
		rows = p ? p : rows;
		if (!p || !(p[n].name = arena_str(a, db_text(st, 0)))) {
			r = fault_set(f, -ENOMEM, "cannot list roots:");
			break;
		}
		db_digest(st, 1, &p[n].object);
		p[n++].added_ns = sqlite3_column_int64(st, 2);
	}
	db_reset(st);
	struct store_root *copy = r < 0 ? NULL : arena_array(a, n + 1, sizeof *copy);
	if (!copy)
		return r < 0 ? r : fault_set(f, -ENOMEM, "cannot list roots:");
	if (n)
		memcpy(copy, rows, n * sizeof *copy);
	*ret = copy;
	*ret_n = n;
	return 0;
}
