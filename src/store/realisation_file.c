/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/sha256.h"
#include "json/json.h"
#include "json/write.h"

/* The grammar of both kinds of file is in store/FORMAT.md. */

static const char *const outcomes[] = {
    [STORE_BUILT] = "built", [STORE_FAILED] = "failed", [STORE_SUBSTITUTED] = "substituted"};

/* Canonical JSON keeps integers below 2^53, so ours are written as text. */
static void add_int(struct buf *b, const char *name, long long value)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", value);
	json_put(b, name, text);
}

/* RECORDED_NS stands in for when an object was added that was collected since. */
static int add_object(struct store *s, const struct digest *hash, int64_t recorded_ns,
		      struct buf *b, struct fault *f)
{
	struct store_object o;
	struct arena a = ARENA_INIT;
	FREE_PTR struct action_input *refs = NULL;
	size_t n = 0;
	char hex[DIGEST_HEX + 1];
	digest_hex(hash, hex);
	int r = store_object(s, hash, &o);
	if (r == ERR_MISSING)
		o.added_ns = recorded_ns;
	else if (r < 0)
		return fault_set(f, r, "cannot register a realisation: object %s:", hex);
	r = store_refs(s, &a, hash, &refs, &n, f);
	json_open(b, "object");
	add_int(b, "added_ns", o.added_ns);
	json_put_hex(b, "hash", hash->b, DIGEST_LEN);
	json_open_array(b, "refs");
	for (size_t i = 0; r == 0 && i < n; i++) {
		json_open(b, NULL);
		json_put(b, "as", refs[i].as);
		json_put_hex(b, "object", refs[i].object.b, DIGEST_LEN);
		json_close(b);
	}
	json_close_array(b);
	json_close(b);
	arena_release(&a);
	return r;
}

int statement_json(struct store *s, const struct store_realisation *r, int64_t recorded_ns,
		   struct view action, struct buf *ret, struct fault *f)
{
	struct buf drv = BUF_INIT;
	int e = store_drv_json(s, &r->drv, &drv);
	if (e < 0) {
		buf_release(&drv);
		return fault_set(f, e, "cannot register a realisation: its derivation:");
	}
	json_open(ret, NULL);
	json_put_json(ret, "action", action);
	json_put_flag(ret, "attestable", r->attestable);
	json_put(ret, "builder", r->builder);
	json_put_json(ret, "derivation", buf_view(&drv));
	buf_release(&drv);
	add_int(ret, "ended_ns", r->ended_ns);
	json_put(ret, "log", r->log);
	add_int(ret, "max_rss", (long long)r->max_rss);
	if (r->outcome != STORE_FAILED)
		e = add_object(s, &r->object, recorded_ns, ret, f);
	json_put(ret, "outcome", outcomes[r->outcome]);
	add_int(ret, "recorded_ns", recorded_ns);
	json_put_number(ret, "schema", 1);
	add_int(ret, "started_ns", r->started_ns);
	add_int(ret, "sys_ns", (long long)r->sys_ns);
	json_put(ret, "type", "realisation");
	add_int(ret, "user_ns", (long long)r->user_ns);
	add_int(ret, "wall_ns", (long long)r->wall_ns);
	json_close(ret);
	if (e == 0 && buf_failed(ret))
		e = fault_set(f, -ENOMEM, "cannot register a realisation:");
	return e;
}

char *statement_path(struct store *s, const struct digest *d)
{
	char hex[DIGEST_HEX + 1], rel[DIGEST_HEX + 32];
	digest_hex(d, hex);
	snprintf(rel, sizeof rel, "realisations/%.2s/%s.json", hex, hex);
	return store_at(s, rel);
}

char *pin_path(struct store *s, const char *pin)
{
	struct digest d;
	char hex[DIGEST_HEX + 1], rel[DIGEST_HEX + 16];
	sha256_view(view_of(pin), &d);
	digest_hex(&d, hex);
	snprintf(rel, sizeof rel, "pins/%s.json", hex);
	return store_at(s, rel);
}

/* Syncs the folder that PATH is in; made first, with its own folder synced, when missing. */
static int sync_folder(const char *path, bool make, struct fault *f)
{
	FREE_PTR char *dir = strdup(path);
	if (!dir)
		return fault_set(f, -ENOMEM, "cannot write %s:", path);
	*strrchr(dir, '/') = '\0';
	if (!make)
		return file_sync_dir(dir, f);
	if (mkdir(dir, 0755) < 0)
		return errno == EEXIST ? 0
				       : fault_set(f, -errno, "cannot make folder %s:", dir);
	*strrchr(dir, '/') = '\0';
	return file_sync_dir(dir, f);
}

int statement_write(struct store *s, const char *path, struct view bytes, struct fault *f)
{
	FREE_PTR char *tmp = temproot_path(s, "statement", f);
	if (!tmp)
		return f && f->code ? f->code : -EIO;
	int r = file_write_new(tmp, bytes.ptr, bytes.len, 0444, f);
	if (r == 0)
		r = sync_folder(path, true, f);
	if (r == 0 && rename(tmp, path) < 0)
		r = fault_set(f, -errno, "cannot create %s:", path);
	if (r < 0) {
		unlink(tmp);
		return r;
	}
	return sync_folder(path, false, f);
}

int statement_rows(struct store *s, const struct digest *d, const struct store_realisation *r,
		   int64_t recorded_ns, struct view action, struct fault *f)
{
	bool ok = r->outcome != STORE_FAILED;
	int e = db_run(s, f, Q_ACTION_PUT, "dv", &r->action, action);
	if (e == 0)
		e = db_run(s, f, Q_RESOLUTION_PUT, "dd", &r->drv, &r->action);
	if (e == 0)
		e = db_run(s, f, Q_REALISATION_PUT, "ddddittiiiiiiiti", d, &r->action, &r->drv,
			   ok ? &r->object : NULL, (int64_t)r->outcome, r->builder, r->name,
			   recorded_ns, r->started_ns, r->ended_ns, (int64_t)r->wall_ns,
			   (int64_t)r->user_ns, (int64_t)r->sys_ns, (int64_t)r->max_rss, r->log,
			   (int64_t)r->attestable);
	return e;
}

/* Inserts the references of object O that the file BYTES lists. */
static int import_refs(struct store *s, const struct digest *o, struct view bytes,
		       struct fault *f)
{
	int r;
	sqlite3_stmt *st = db_bind(s, Q_STATEMENT_REFS, "v", bytes);
	while ((r = db_step(s, st, f)) > 0) {
		struct digest target;
		r = digest_parse_hex(view_of(db_text(st, 1)), &target);
		if (r == 0)
			r = db_run(s, f, Q_REF_PUT, "dtd", o, db_text(st, 0), &target);
		if (r < 0)
			break;
	}
	db_reset(st);
	return r;
}

/* Takes what ST, a row of Q_STATEMENT_PARSE, says of the derivation and the object. */
static int import_things(struct store *s, sqlite3_stmt *st, struct view bytes,
			 struct store_realisation *r, struct fault *f)
{
	struct view drv = view_of(db_text(st, 1));
	sha256_view(drv, &r->drv);
	int e = db_run(s, f, Q_DRV_PUT, "dtv", &r->drv, r->name, drv);
	if (e < 0 || r->outcome == STORE_FAILED)
		return e;
	e = digest_parse_hex(view_of(db_text(st, 3)), &r->object);
	if (e == 0 && store_object(s, &r->object, NULL) == 0) {
		e = db_run(s, f, Q_OBJECT_ADDED, "di", &r->object, sqlite3_column_int64(st, 4));
		if (e == 0)
			e = import_refs(s, &r->object, bytes, f);
	}
	return e;
}

int statement_import(struct store *s, const struct digest *d, struct view bytes,
		     struct fault *f)
{
	struct digest got;
	sha256_view(bytes, &got);
	if (!digest_eq(&got, d))
		return ERR_CORRUPT;
	sqlite3_stmt *st = db_bind(s, Q_STATEMENT_PARSE, "v", bytes);
	int e = db_step(s, st, f);
	if (e <= 0)
		return e == 0 ? ERR_CORRUPT : e;
	struct view action = view_of(db_text(st, 0));
	FREE_PTR char *log = store_at(s, db_text(st, 14));
	int logged = log ? file_exists(log, f) : fault_set(f, -ENOMEM, "cannot read a log:");
	if (logged < 0) {
		db_reset(st);
		return logged;
	}
	struct store_realisation r = {
	    .outcome = -1,
	    .name = db_text(st, 2),
	    .builder = db_text(st, 6),
	    .started_ns = sqlite3_column_int64(st, 8),
	    .ended_ns = sqlite3_column_int64(st, 9),
	    .wall_ns = (uint64_t)sqlite3_column_int64(st, 10),
	    .user_ns = (uint64_t)sqlite3_column_int64(st, 11),
	    .sys_ns = (uint64_t)sqlite3_column_int64(st, 12),
	    .max_rss = (uint64_t)sqlite3_column_int64(st, 13),
	    /* Collection removes logs and leaves the statement as it is. */
	    .log = logged > 0 ? db_text(st, 14) : "",
	    .attestable = sqlite3_column_int(st, 15) != 0,
	};
	int outcome = -1;
	for (int i = 0; i < 3; i++)
		if (strcmp(db_text(st, 5), outcomes[i]) == 0)
			outcome = i;
	if (outcome < 0) {
		db_reset(st);
		return ERR_CORRUPT;
	}
	r.outcome = (enum store_outcome)outcome;
	sha256_view(action, &r.action);
	e = import_things(s, st, bytes, &r, f);
	if (e == 0)
		e = statement_rows(s, d, &r, sqlite3_column_int64(st, 7), action, f);
	db_reset(st);
	return e;
}

int pin_import(struct store *s, struct view bytes, struct fault *f)
{
	struct digest object;
	sqlite3_stmt *st = db_bind(s, Q_PIN_PARSE, "v", bytes);
	int r = db_step(s, st, f);
	if (r <= 0)
		return r == 0 ? ERR_CORRUPT : r;
	r = digest_parse_hex(view_of(db_text(st, 2)), &object);
	if (r == 0)
		r = store_object(s, &object, NULL);
	if (r == 0)
		r = db_run(s, f, Q_OBJECT_ADDED, "di", &object, sqlite3_column_int64(st, 3));
	if (r == 0)
		r = db_run(s, f, Q_SOURCE_PUT, "ttd", db_text(st, 0), db_text(st, 1), &object);
	db_reset(st);
	return r;
}
