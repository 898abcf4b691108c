/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "hash/sha256.h"

/* What the steps share. */
struct repair {
	struct store *s;
	struct fault *f;
	const char *dir; /* each_entry: the folder at hand */
};

static int no_memory(struct repair *m)
{
	return fault_set(m->f, -ENOMEM, "cannot repair the store:");
}

/* Moves entry NAME of the folder at hand to damaged/. */
static int entry_aside(struct repair *m, const char *name)
{
	FREE_PTR char *dir = store_at(m->s, m->dir);
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	return path ? quarantine(m->s, path, m->f) : no_memory(m);
}

static int repair_object(void *ctx, const char *name)
{
	struct digest d;
	return hex_name(name, &d) ? 0 : entry_aside(ctx, name);
}

static int repair_archive(void *ctx, const char *name)
{
	struct repair *m = ctx;
	struct digest want, got;
	FREE_PTR char *dir = store_at(m->s, m->dir);
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(m);
	if (strlen(name) > DIGEST_HEX && name[DIGEST_HEX] == '.')
		return 0;
	int r = hex_name(name, &want) ? sha256_file(path, &got, NULL, m->f) : ERR_UNSAFE;
	if (r < 0 && !proves_damage(r))
		return r;
	if (r == 0 && digest_eq(&want, &got))
		return 0;
	return quarantine(m->s, path, m->f);
}

static int repair_pin(void *ctx, const char *name)
{
	struct repair *m = ctx;
	FREE_PTR char *dir = store_at(m->s, m->dir);
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(m);
	const char *wrong;
	int r = pin_damage(m->s, path, &wrong, m->f);
	return r == 0 && wrong ? quarantine(m->s, path, m->f) : r;
}

/* What is not a root's link, or has no row although recover gave those that may their rows, goes. */
static int repair_root(void *ctx, const char *name)
{
	struct repair *m = ctx;
	struct digest d;
	int r = root_is_name(name) ? root_read(m->s, name, &d, NULL, m->f) : ERR_CORRUPT;
	return r == ERR_CORRUPT ? entry_aside(m, name) : r;
}

/* Runs FN on column 0 of each row of Q, once the query is over. */
static int each_row(struct repair *m, enum query q,
		    int (*fn)(struct repair *m, const char *text))
{
	struct strlist rows = STRLIST_INIT;
	int r;
	sqlite3_stmt *st = db_bind(m->s, q, "");
	while ((r = db_step(m->s, st, m->f)) > 0) {
		struct digest d;
		char hex[DIGEST_HEX + 1] = "";
		bool blob = sqlite3_column_type(st, 0) == SQLITE_BLOB;
		if (blob) {
			db_digest(st, 0, &d);
			digest_hex(&d, hex);
		}
		if (strlist_add(&rows, blob ? hex : db_text(st, 0)) < 0) {
			r = no_memory(m);
			break;
		}
	}
	db_reset(st);
	for (size_t i = 0; r == 0 && i < rows.n; i++)
		r = fn(m, rows.items[i]);
	strlist_release(&rows);
	return r;
}

/* Writes the file of PIN if it is missing. */
static int write_pin(struct repair *m, const char *pin)
{
	struct buf json = BUF_INIT;
	struct digest object;
	FREE_PTR char *path = pin_path(m->s, pin);
	if (!path)
		return no_memory(m);
	int r = file_exists(path, m->f);
	if (r != 0)
		return r < 0 ? r : 0;
	sqlite3_stmt *st = db_bind(m->s, Q_SOURCE_GET, "t", pin);
	r = db_step(m->s, st, m->f);
	FREE_PTR char *uri = r > 0 ? strdup(db_text(st, 1)) : NULL;
	if (r > 0)
		db_digest(st, 0, &object);
	db_reset(st);
	if (r <= 0 || !uri)
		return r <= 0 ? r : no_memory(m);
	r = pin_json(m->s, pin, uri, &object, &json, m->f);
	if (r == 0)
		r = statement_write(m->s, path, buf_view(&json), m->f);
	buf_release(&json);
	return r;
}

static int repair_statement_file(void *ctx, const char *rel, const struct digest *d)
{
	struct repair *m = ctx;
	struct digest got;
	FREE_PTR char *path = store_at(m->s, rel);
	if (!path)
		return no_memory(m);
	int r = d ? sha256_file(path, &got, NULL, m->f) : ERR_UNSAFE;
	if (r < 0 && !proves_damage(r))
		return r;
	bool sound = r == 0 && digest_eq(&got, d);
	r = 0;
	if (sound) {
		sqlite3_stmt *st = db_bind(m->s, Q_STATEMENT_GET, "d", d);
		r = db_step(m->s, st, m->f);
		db_reset(st);
	}
	return r == 0 ? quarantine(m->s, path, m->f) : r < 0 ? r : 0;
}

/* Writes the realisation R, recorded at RECORDED_NS, to a file again and notes its new name. */
static int rewrite(struct repair *m, const struct store_realisation *r, int64_t recorded_ns)
{
	struct buf action = BUF_INIT, json = BUF_INIT;
	struct digest d;
	char *path = NULL;
	int e = store_action_json(m->s, &r->action, &action);
	if (e == 0)
		e = statement_json(m->s, r, recorded_ns, buf_view(&action), &json, m->f);
	if (e == 0) {
		sha256_view(buf_view(&json), &d);
		path = statement_path(m->s, &d);
		e = path ? statement_write(m->s, path, buf_view(&json), m->f) : no_memory(m);
	}
	if (e == 0)
		e = db_run(m->s, m->f, Q_STATEMENT_SET, "id", r->id, &d);
	free(path);
	buf_release(&action);
	buf_release(&json);
	return e;
}

/* Writes the realisation file named HEX again if it is missing. */
static int write_statement(struct repair *m, const char *hex)
{
	struct digest d;
	struct arena a = ARENA_INIT;
	struct store_realisation real;
	int r = digest_parse_hex(view_of(hex), &d);
	FREE_PTR char *path = r == 0 ? statement_path(m->s, &d) : NULL;
	if (!path)
		return r < 0 ? r : no_memory(m);
	r = file_exists(path, m->f);
	if (r != 0)
		return r < 0 ? r : 0;
	sqlite3_stmt *st = db_bind(m->s, Q_STATEMENT_ROW, "d", &d);
	r = db_step(m->s, st, m->f);
	int64_t recorded_ns = r > 0 ? sqlite3_column_int64(st, 15) : 0;
	if (r > 0)
		r = realisation_row(st, &a, &real) < 0 ? no_memory(m) : 1;
	db_reset(st);
	if (r > 0)
		r = rewrite(m, &real, recorded_ns);
	arena_release(&a);
	return r;
}

static int forget_lost_log(struct repair *m, const char *rel)
{
	FREE_PTR char *path = store_at(m->s, rel);
	if (!path)
		return no_memory(m);
	int r = file_exists(path, m->f);
	return r == 0 ? db_run(m->s, m->f, Q_LOG_LOST, "t", rel) : r < 0 ? r : 0;
}

static int repair_entries(struct repair *m, const char *dir,
			  int (*fn)(void *ctx, const char *name))
{
	m->dir = dir;
	return each_entry(m->s, dir, fn, m, m->f);
}

/* All but the archives. Within a transaction. */
static int repair(struct repair *m)
{
	int r = repair_entries(m, "objects", repair_object);
	if (r == 0)
		r = repair_entries(m, "roots", repair_root);
	if (r == 0)
		r = recover(m->s, m->f);
	if (r == 0)
		r = each_statement(m->s, repair_statement_file, m, m->f);
	if (r == 0)
		r = each_row(m, Q_STATEMENT_LIST, write_statement);
	if (r == 0)
		r = repair_entries(m, "pins", repair_pin);
	if (r == 0)
		r = each_row(m, Q_SOURCE_LIST, write_pin);
	if (r == 0)
		r = each_row(m, Q_LOG_LIST, forget_lost_log);
	return r;
}

int store_repair_files(struct store *s, struct fault *f)
{
	struct repair m = {.s = s, .f = f};
	int r = temproot_ensure(s, f);
	if (r == 0)
		sweep(s, true);
	if (r == 0)
		r = repair_entries(&m, "sources", repair_archive);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	return store_end(s, repair(&m), f);
}
