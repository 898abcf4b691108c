/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/vec.h"
#include "nar/nar.h"

/* The database made again from the files. */

/* An object found on disk. */
struct found {
	struct digest name; /* what it is called */
	struct digest hash; /* what it is */
	struct nar_stats stats;
	int64_t when; /* of its last change */
	int error;    /* reading it failed so; 0 = it was read */
	char *why;    /* of error, in words; owned */
};

struct rebuild {
	struct store *s;
	struct fault *f;
	struct found *found; /* owned */
	size_t n, cap;
	struct {
		int64_t recorded_ns;
		struct digest hash;
	} * statements; /* owned */
	size_t nstatements, statements_cap;
};

static int find_object(void *ctx, const char *name)
{
	struct rebuild *b = ctx;
	struct digest d;
	struct stat st;
	char hex[DIGEST_HEX + 1];
	if (digest_parse_hex(view_of(name), &d) < 0 ||
	    (digest_hex(&d, hex), strcmp(hex, name) != 0))
		return 0;
	FREE_PTR char *path = store_object_path(b->s, &d);
	struct found *p = vec_grow(b->found, &b->cap, b->n + 1, sizeof *p);
	if (!p || !path)
		return fault_set(b->f, -ENOMEM, "cannot rebuild the database:");
	b->found = p;
	p[b->n] = (struct found){.name = d};
	if (lstat(path, &st) < 0)
		return fault_set(b->f, -errno, "cannot look at %s:", path);
	p[b->n++].when = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
	return 0;
}

static void hash_object(void *ctx, size_t i)
{
	struct rebuild *b = ctx;
	struct found *o = &b->found[i];
	struct fault f = FAULT_INIT;
	FREE_PTR char *path = store_object_path(b->s, &o->name);
	o->error = path ? nar_hash(path, &o->hash, &o->stats, &f) : -ENOMEM;
	if (o->error && f.code)
		o->why = strdup(f.what);
}

/* Returns whether O is proved not to be what it is named by. */
static bool is_damaged(const struct found *o)
{
	return o->error ? proves_damage(o->error) : !digest_eq(&o->name, &o->hash);
}

/* Registers what is sound. What could not be read is an error: it may be sound as well. */
static int register_objects(struct rebuild *b)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < b->n; i++) {
		const struct found *o = &b->found[i];
		if (o->error && !is_damaged(o)) {
			r = fault_set(b->f, o->error, "cannot rebuild the database: %s",
				      o->why ? o->why : err_str(o->error));
			fault_hint(b->f,
				   "nothing was changed; when the disk has lost it for good, "
				   "move it to %s/damaged by hand",
				   b->s->path);
		} else if (!is_damaged(o))
			r = db_run(b->s, b->f, Q_OBJECT_PUT, "diiii", &o->hash,
				   (int64_t)o->stats.nar_size, (int64_t)o->stats.file_size,
				   (int64_t)o->stats.files, o->when);
	}
	return r;
}

static int read_statement(struct rebuild *b, const struct digest *d, struct buf *ret)
{
	FREE_PTR char *path = statement_path(b->s, d);
	if (!path)
		return fault_set(b->f, -ENOMEM, "cannot rebuild the database:");
	return file_read(path, (size_t)64 << 20, ret, b->f);
}

/* Moves what was proved damaged to damaged/, once the new database is complete. */
static int quarantine_damaged(struct rebuild *b)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < b->n; i++)
		if (is_damaged(&b->found[i]))
			r = quarantine_object(b->s, &b->found[i].name, b->f);
	return r;
}

/* Notes a realisation's file and its time. One that is none is left for store check. */
static int find_statement(void *ctx, const char *rel, const struct digest *d)
{
	struct rebuild *b = ctx;
	struct buf text = BUF_INIT;
	(void)rel;
	int r = d ? read_statement(b, d, &text) : 0;
	if (!d || r < 0) {
		buf_release(&text);
		return proves_damage(r) ? 0 : r;
	}
	sqlite3_stmt *st = db_bind(b->s, Q_STATEMENT_PARSE, "v", buf_view(&text));
	r = db_step(b->s, st, b->f);
	if (r > 0) {
		void *p = vec_grow(b->statements, &b->statements_cap, b->nstatements + 1,
				   sizeof *b->statements);
		r = p ? 0 : fault_set(b->f, -ENOMEM, "cannot rebuild the database:");
		if (p) {
			b->statements = p;
			b->statements[b->nstatements].recorded_ns = sqlite3_column_int64(st, 7);
			b->statements[b->nstatements++].hash = *d;
		}
	}
	db_reset(st);
	buf_release(&text);
	return r;
}

static int by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b; /* recorded_ns comes first */
	return (*x > *y) - (*x < *y);
}

static int register_statements(struct rebuild *b)
{
	int r = each_statement(b->s, find_statement, b, b->f);
	if (b->nstatements)
		qsort(b->statements, b->nstatements, sizeof *b->statements, by_time);
	for (size_t i = 0; r == 0 && i < b->nstatements; i++) {
		struct buf text = BUF_INIT;
		r = read_statement(b, &b->statements[i].hash, &text);
		if (r == 0)
			r = statement_import(b->s, &b->statements[i].hash, buf_view(&text),
					     b->f);
		buf_release(&text);
		if (r == ERR_CORRUPT || r == ERR_SYNTAX)
			r = 0;
	}
	return r;
}

static int register_pin(void *ctx, const char *name)
{
	struct rebuild *b = ctx;
	struct buf text = BUF_INIT;
	FREE_PTR char *dir = store_at(b->s, "pins");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return fault_set(b->f, -ENOMEM, "cannot rebuild the database:");
	int r = file_read(path, (size_t)1 << 20, &text, b->f);
	if (proves_damage(r))
		r = ERR_CORRUPT;
	if (r == 0)
		r = pin_import(b->s, buf_view(&text), b->f);
	buf_release(&text);
	/* Its object is lost: it will be fetched again. */
	if (r == ERR_MISSING)
		r = unlink(path) < 0 ? -errno : 0;
	return r == ERR_CORRUPT || r == ERR_SYNTAX ? 0 : r;
}

static int register_root(void *ctx, const char *name)
{
	struct rebuild *b = ctx;
	struct digest d;
	int64_t when;
	if (!root_is_name(name))
		return 0;
	int r = root_read(b->s, name, &d, &when, b->f);
	if (r < 0)
		return r == ERR_CORRUPT ? 0 : r;
	return db_run(b->s, b->f, Q_ROOT_PUT, "tdi", name, &d, when);
}

/* Fills the new database, which is open. */
static int fill(struct rebuild *b)
{
	struct store *s = b->s;
	if (sqlite3_exec(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF", NULL,
			 NULL, NULL) != SQLITE_OK)
		return db_fault(s, b->f, "cannot set up the database");
	int r = schema_migrate(s, schema_sql, b->f);
	if (r == 0)
		r = each_entry(s, "objects", find_object, b, b->f);
	if (r == 0)
		pool_run(0, b->n, hash_object, b);
	if (r == 0)
		r = store_begin(s, true, b->f);
	if (r < 0)
		return r;
	r = register_objects(b);
	if (r == 0)
		r = register_statements(b);
	if (r == 0)
		r = each_entry(s, "pins", register_pin, b, b->f);
	if (r == 0)
		r = each_entry(s, "roots", register_root, b, b->f);
	return store_end(s, r, b->f);
}

/* Brings all that was written into the database file itself. */
static int checkpoint(struct store *s, struct fault *f)
{
	return sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
		       SQLITE_OK
		   ? 0
		   : db_fault(s, f, "cannot write the database");
}

/*
 * Brings the history over from the old database: no file holds it. What keeps that from being done is
 * taken down in LOST, and does not stop the rest.
 */
static int bring_history(struct store *s, struct store_rebuilt *ret, struct fault *f)
{
	FREE_PTR char *old = store_at(s, "db.sqlite");
	struct fault why = FAULT_INIT;
	if (!old)
		return fault_set(f, -ENOMEM, "cannot rebuild the database:");
	int r = file_exists(old, f);
	if (r < 0)
		return r;
	if (r == 0)
		snprintf(ret->history_lost, sizeof ret->history_lost,
			 "there is no old database");
	r = r > 0 ? history_bring(s, old, &ret->runs, &why) : ERR_MISSING;
	if (r == -ENOMEM || r == -ENOSPC)
		return fault_set(f, r, "cannot bring the history of runs over:");
	if (r < 0 && r != ERR_MISSING)
		snprintf(ret->history_lost, sizeof ret->history_lost, "%s",
			 why.code ? why.what : err_str(r));
	return 0;
}

/* Does it, with the open lock held exclusively. */
static int rebuild(struct store *s, struct store_rebuilt *ret, struct fault *f)
{
	struct rebuild b = {.s = s, .f = f};
	FREE_PTR char *file = store_at(s, "db.sqlite.new");
	int r =
	    file ? swap_discard(s, f) : fault_set(f, -ENOMEM, "cannot rebuild the database:");
	/* One that was cut short at its very end is finished first: it may be what is there. */
	int pending = r == 0 ? swap_pending(s, f) : r;
	r = pending > 0 ? swap_finish(s, f) : pending;
	if (r == 0)
		r = db_open(s, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
	if (r == 0)
		r = fill(&b);
	if (r == 0)
		r = bring_history(s, ret, f);
	if (r == 0)
		r = checkpoint(s, f);
	if (r == 0)
		r = quarantine_damaged(&b);
	temproot_release(s);
	db_close(s);
	if (r == 0)
		r = swap_ready(s, f);
	if (r == 0)
		r = swap_finish(s, f);
	else
		swap_discard(s, NULL);
	for (size_t i = 0; i < b.n; i++)
		free(b.found[i].why);
	free(b.found);
	free(b.statements);
	return r;
}

int store_rebuild_db(const char *path, struct store_rebuilt *ret, struct fault *f)
{
	struct store_rebuilt unused = {0};
	ret = ret ? ret : &unused;
	*ret = (struct store_rebuilt){0};
	struct store *s = NULL;
	FREE_PTR char *objects = path_join(path, "objects");
	int r = objects ? file_exists(objects, f) : -ENOMEM;
	if (r == 0)
		return fault_set(f, ERR_MISSING, "there is no store at %s", path);
	if (r > 0)
		r = store_make_folders(path, f);
	if (r == 0)
		r = store_open_bare(path, false, &s, f);
	if (r < 0 || !s)
		return r;
	r = lock_fd(s->open_fd, LOCK_EX, false);
	if (r > 0) {
		r = fault_set(f, -EBUSY, "the store %s is in use", s->path);
		fault_hint(f, "stop the other boot-hurd processes first");
	} else if (r == 0) {
		r = rebuild(s, ret, f);
	} else {
		fault_set(f, r, "cannot lock the store %s:", s->path);
	}
	store_close_bare(s);
	return r;
}
