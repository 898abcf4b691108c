/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"
#include "json/json.h"
#include "hash/sha256.h"

/* Checks that R can be said, and that JSON is its action's. */
static int check(struct store *s, const struct store_realisation *r, struct view json,
		 struct fault *f)
{
	struct digest got;
	sha256_view(json, &got);
	if (!digest_eq(&got, &r->action))
		return fault_set(
		    f, ERR_HASH,
		    "cannot register a realisation of %s: the action's JSON is another's",
		    r->name);
	if (!json_is_text(view_of(r->builder)) || !json_is_text(view_of(r->log)))
		return fault_set(f, ERR_SYNTAX,
				 "cannot register a realisation of %s: its text is not UTF-8",
				 r->name);
	if (r->outcome == STORE_FAILED)
		return 0;
	int e = store_object(s, &r->object, NULL);
	return e < 0 ? fault_set(f, e,
				 "cannot register a realisation of %s: its object:", r->name)
		     : 0;
}

/* Returns a time of registration that is later than every earlier one. */
static int next_time(struct store *s, int64_t *ret, struct fault *f)
{
	sqlite3_stmt *st = db_bind(s, Q_REALISATION_NEWEST, "");
	int r = db_step(s, st, f);
	int64_t now = sys_now_ns();
	if (r > 0 && sqlite3_column_int64(st, 0) >= now)
		now = sqlite3_column_int64(st, 0) + 1;
	db_reset(st);
	*ret = now;
	return r < 0 ? r : 0;
}

/* Writes the file and the rows. Within a transaction. RET_PATH is the file's, once it is there. */
static int put(struct store *s, const struct store_realisation *r, struct view action_json,
	       char **ret_path, struct fault *f)
{
	struct buf json = BUF_INIT;
	struct digest d;
	int64_t now;
	char *path = NULL;
	int e = check(s, r, action_json, f);
	if (e == 0)
		e = next_time(s, &now, f);
	if (e == 0)
		e = statement_json(s, r, now, action_json, &json, f);
	if (e == 0) {
		sha256_view(buf_view(&json), &d);
		path = statement_path(s, &d);
		e = path ? statement_write(s, path, buf_view(&json), f)
			 : fault_set(f, -ENOMEM, "cannot register a realisation:");
	}
	if (e == 0)
		e = statement_rows(s, &d, r, now, action_json, f);
	buf_release(&json);
	*ret_path = path;
	return e;
}

/* Makes the log REL durable, which the caller has put there. */
static int sync_log(struct store *s, const char *rel, struct fault *f)
{
	if (!*rel)
		return 0;
	FREE_PTR char *path = store_at(s, rel);
	CLOSE_FD int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (!path || fd < 0 || fsync(fd) < 0)
		return fault_set(f, path ? -errno : -ENOMEM, "cannot sync the log %s:", rel);
	*strrchr(path, '/') = '\0';
	return file_sync_dir(path, f);
}

int store_put_realisation(struct store *s, const struct store_realisation *r,
			  struct view action_json, struct fault *f)
{
	FREE_PTR char *path = NULL;
	int e = temproot_ensure(s, f);
	if (e == 0)
		e = sync_log(s, r->log, f);
	if (e == 0)
		e = store_begin(s, true, f);
	if (e < 0)
		return e;
	e = put(s, r, action_json, &path, f);
	e = store_commit(s, e, f);
	if (e < 0 && path && unlink(path) < 0)
		s->unfinished = true;
	store_unlock_writer(s);
	if (e == -ENOSPC || e == -EDQUOT)
		fault_hint(f, "make room on the disk, for instance with boot-hurd gc");
	return e;
}

int realisation_row(sqlite3_stmt *st, struct arena *a, struct store_realisation *ret)
{
	struct store_realisation r = {
	    .id = sqlite3_column_int64(st, 0),
	    .outcome = (enum store_outcome)sqlite3_column_int(st, 4),
	    .builder = arena_str(a, db_text(st, 5)),
	    .started_ns = sqlite3_column_int64(st, 6),
	    .ended_ns = sqlite3_column_int64(st, 7),
	    .wall_ns = (uint64_t)sqlite3_column_int64(st, 8),
	    .user_ns = (uint64_t)sqlite3_column_int64(st, 9),
	    .sys_ns = (uint64_t)sqlite3_column_int64(st, 10),
	    .max_rss = (uint64_t)sqlite3_column_int64(st, 11),
	    .name = arena_str(a, db_text(st, 12)),
	    .log = arena_str(a, db_text(st, 13)),
	    .attestable = sqlite3_column_int(st, 14) != 0,
	};
	db_digest(st, 1, &r.action);
	db_digest(st, 2, &r.drv);
	db_digest(st, 3, &r.object);
	if (r.outcome != STORE_BUILT && r.outcome != STORE_FAILED &&
	    r.outcome != STORE_SUBSTITUTED)
		return ERR_CORRUPT;
	if (!r.builder || !r.name || !r.log)
		return -ENOMEM;
	*ret = r;
	return 0;
}

/* Reads the one row ST may have. */
static int read_one(struct store *s, sqlite3_stmt *st, struct arena *a,
		    struct store_realisation *ret)
{
	int r = db_step(s, st, NULL);
	if (r <= 0)
		return r == 0 ? ERR_MISSING : r;
	r = realisation_row(st, a, ret);
	db_reset(st);
	return r;
}

int store_find_realisation(struct store *s, struct arena *a, const struct digest *action,
			   struct store_realisation *ret)
{
	return read_one(s, db_bind(s, Q_REALISATION_FIND, "d", action), a, ret);
}

int store_latest(struct store *s, struct arena *a, const struct digest *drv, const char *name,
		 struct store_realisation *ret)
{
	int r = ERR_MISSING;
	if (drv)
		r = read_one(s, db_bind(s, Q_REALISATION_BY_DRV, "d", drv), a, ret);
	if (r == ERR_MISSING && name)
		r = read_one(s, db_bind(s, Q_REALISATION_BY_NAME, "t", name), a, ret);
	return r;
}

int store_find_resolved(struct store *s, const struct digest *drv, struct digest *ret_action,
			struct digest *ret_object)
{
	sqlite3_stmt *st = db_bind(s, Q_RESOLVED, "d", drv);
	int r = db_step(s, st, NULL);
	if (r <= 0)
		return r == 0 ? ERR_MISSING : r;
	db_digest(st, 0, ret_action);
	db_digest(st, 1, ret_object);
	db_reset(st);
	return 0;
}

int store_list_realisations(struct store *s, struct arena *a, const struct digest *action,
			    struct store_realisation **ret, size_t *ret_n, struct fault *f)
{
	FREE_PTR struct store_realisation *rows = NULL;
	size_t n = 0, cap = 0;
	int r;
	sqlite3_stmt *st = db_bind(s, Q_REALISATION_LIST, "d", action);
	while ((r = db_step(s, st, f)) > 0) {
		struct store_realisation *p = vec_grow(rows, &cap, n + 1, sizeof *p);
		rows = p ? p : rows;
		r = p ? realisation_row(st, a, &p[n]) : -ENOMEM;
		if (r < 0) {
			fault_set(f, r, "cannot list realisations:");
			break;
		}
		n++;
	}
	db_reset(st);
	struct store_realisation *copy = r < 0 ? NULL : arena_array(a, n + 1, sizeof *copy);
	if (!copy)
		return r < 0 ? r : fault_set(f, -ENOMEM, "cannot list realisations:");
	if (n)
		memcpy(copy, rows, n * sizeof *copy);
	*ret = copy;
	*ret_n = n;
	return 0;
}

bool store_cost(struct store *s, const char *name, struct store_cost *ret)
{
	sqlite3_stmt *st = db_bind(s, Q_REALISATION_EXPECTED, "t", name);
	bool known = db_step(s, st, NULL) > 0;
	*ret = (struct store_cost){0};
	if (known) {
		ret->wall_ns = (uint64_t)sqlite3_column_int64(st, 0);
		ret->cpu_ns = (uint64_t)sqlite3_column_int64(st, 1);
	}
	db_reset(st);
	return known;
}

uint64_t store_expected_ns(struct store *s, const char *name)
{
	struct store_cost cost;
	store_cost(s, name, &cost);
	return cost.wall_ns;
}
