/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"

/*
 * After a crash the folders may be ahead of the database: files are put in place before the
 * transaction that registers them, and removed after the one that forgets them. Whoever holds the
 * writer lock can tell such leftovers for sure and tidy up: an object or a pin without row goes; a
 * realisation's file is complete in itself and so is a root's link, so their rows are made.
 */

/* Reads NAME, 64 hex digits and ".json". */
static bool json_name(const char *name, struct digest *ret)
{
	return strlen(name) == DIGEST_HEX + 5 && strcmp(name + DIGEST_HEX, ".json") == 0 &&
	       digest_parse_hex((struct view){name, DIGEST_HEX}, ret) == 0;
}

struct statement_walk {
	struct store *s;
	const char *dir; /* "realisations/AA" */
	int (*fn)(void *ctx, const char *rel, const struct digest *d);
	void *ctx;
	struct fault *f;
};

static int one_statement(void *ctx, const char *name)
{
	struct statement_walk *w = ctx;
	struct digest d;
	char hex[DIGEST_HEX + 1];
	FREE_PTR char *rel = path_join(w->dir, name);
	if (!rel)
		return fault_set(w->f, -ENOMEM, "cannot list the store:");
	bool ok = json_name(name, &d);
	if (ok) {
		digest_hex(&d, hex);
		ok = strncmp(path_base(w->dir), hex, 2) == 0 &&
		     strncmp(name, hex, DIGEST_HEX) == 0;
	}
	return w->fn(w->ctx, rel, ok ? &d : NULL);
}

static int one_statement_folder(void *ctx, const char *name)
{
	struct statement_walk w = *(struct statement_walk *)ctx;
	FREE_PTR char *dir = path_join("realisations", name);
	if (!dir)
		return fault_set(w.f, -ENOMEM, "cannot list the store:");
	w.dir = dir;
	int r = each_entry(w.s, dir, one_statement, &w, w.f);
	return r == -ENOTDIR ? w.fn(w.ctx, dir, NULL) : r;
}

int each_statement(struct store *s,
		   int (*fn)(void *ctx, const char *rel, const struct digest *d), void *ctx,
		   struct fault *f)
{
	struct statement_walk w = {s, NULL, fn, ctx, f};
	return each_entry(s, "realisations", one_statement_folder, &w, f);
}

/* What the steps of a recovery share. */
struct tidy {
	struct store *s;
	struct fault *f;
};

static int tidy_object(void *ctx, const char *name)
{
	struct tidy *t = ctx;
	struct digest d;
	if (digest_parse_hex(view_of(name), &d) < 0)
		return 0; /* not ours; store check reports it */
	int r = store_object(t->s, &d, NULL);
	if (r != ERR_MISSING)
		return r;
	FREE_PTR char *path = store_object_path(t->s, &d);
	return path ? temproot_trash(t->s, path, t->f) : -ENOMEM;
}

static int tidy_statement(void *ctx, const char *rel, const struct digest *d)
{
	struct tidy *t = ctx;
	if (!d)
		return 0;
	sqlite3_stmt *st = db_bind(t->s, Q_STATEMENT_GET, "d", d);
	int r = db_step(t->s, st, t->f);
	db_reset(st);
	if (r != 0)
		return r < 0 ? r : 0;
	struct buf b = BUF_INIT;
	FREE_PTR char *path = store_at(t->s, rel);
	r = path ? file_read(path, (size_t)64 << 20, &b, t->f) : -ENOMEM;
	if (r == 0)
		r = statement_import(t->s, d, buf_view(&b), t->f);
	buf_release(&b);
	return r == ERR_CORRUPT || r == ERR_SYNTAX ? 0 : r; /* store check reports it */
}

/* Removes the file of a pin whose row went with its object. */
static int tidy_pin(void *ctx, const char *name)
{
	struct tidy *t = ctx;
	struct digest d;
	struct buf b = BUF_INIT;
	if (!json_name(name, &d))
		return 0;
	FREE_PTR char *dir = store_at(t->s, "pins");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	int r = path ? file_read(path, (size_t)1 << 20, &b, t->f) : -ENOMEM;
	sqlite3_stmt *st = r == 0 ? db_bind(t->s, Q_PIN_PARSE, "v", buf_view(&b)) : NULL;
	if (r == 0)
		r = db_step(t->s, st, t->f);
	if (r > 0) {
		r = store_find_source(t->s, db_text(st, 0), &d);
		if (r == ERR_MISSING)
			r = unlink(path) < 0 ? -errno : 0;
	}
	db_reset(st);
	buf_release(&b);
	return r;
}

/*
 * A link without row: its root was just being made or removed. To keep it is the safe side, and nobody
 * was told that it is gone. One whose object is gone too keeps nothing.
 */
static int tidy_root(void *ctx, const char *name)
{
	struct tidy *t = ctx;
	struct digest d;
	int64_t added_ns;
	sqlite3_stmt *st = db_bind(t->s, Q_ROOT_GET, "t", name);
	int r = db_step(t->s, st, t->f);
	db_reset(st);
	if (r != 0 || !root_is_name(name))
		return r < 0 ? r : 0;
	r = root_read(t->s, name, &d, &added_ns, t->f);
	if (r == ERR_CORRUPT)
		return 0; /* store check reports it */
	if (r == 0)
		r = store_object(t->s, &d, NULL);
	if (r == 0)
		return db_run(t->s, t->f, Q_ROOT_PUT, "tdi", name, &d, added_ns);
	return r == ERR_MISSING ? root_link(t->s, name, NULL, 0, t->f) : r;
}

/* Makes each root's link, where it is missing or points elsewhere. */
static int make_links(struct store *s, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct store_root *roots;
	size_t n;
	int r = store_root_list(s, &a, &roots, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = root_differs(s, roots[i].name, &roots[i].object, f);
		if (r > 0)
			r = root_link(s, roots[i].name, &roots[i].object, roots[i].added_ns, f);
	}
	arena_release(&a);
	return r;
}

int recover(struct store *s, struct fault *f)
{
	struct tidy t = {s, f};
	/* A database that lost its rows would make leftovers of everything. */
	int r = db_verify(s, f);
	if (r == 0)
		r = each_entry(s, "objects", tidy_object, &t, f);
	if (r == 0)
		r = each_statement(s, tidy_statement, &t, f);
	if (r == 0)
		r = each_entry(s, "pins", tidy_pin, &t, f);
	if (r == 0)
		r = each_entry(s, "roots", tidy_root, &t, f);
	if (r == 0)
		r = make_links(s, f);
	return r;
}
