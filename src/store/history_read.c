/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/history.h"
#include "store/internal.h"

/* ---- lists of rows ---- */

/* A list that is being read: rows of SIZE bytes, filled by FILL. */
struct reading {
	struct store *s;
	struct arena *a;
	size_t size;
	/* Fills ROW. Returns whether there was memory. */
	bool (*fill)(sqlite3_stmt *st, struct arena *a, void *row);
};

/* Reads the rows of ST, newest first as they are, or, with REVERSE, the other way round. */
static int read_rows(const struct reading *g, sqlite3_stmt *st, bool reverse, void **ret,
		     size_t *ret_n, struct fault *f)
{
	char *rows = NULL;
	size_t n = 0, cap = 0;
	int r;
	while ((r = db_step(g->s, st, f)) > 0) {
		char *p = vec_grow(rows, &cap, n + 1, g->size);
		rows = p ? p : rows;
		if (!p || !g->fill(st, g->a, p + n * g->size)) {
			r = fault_set(f, -ENOMEM, "cannot read the history:");
			break;
		}
		n++;
	}
	db_reset(st);
	char *copy = r < 0 ? NULL : arena_array(g->a, n + 1, g->size);
	if (r == 0 && !copy) {
		r = -ENOMEM;
		fault_set(f, r, "cannot read the history:");
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		memcpy(copy + i * g->size, rows + (reverse ? n - 1 - i : i) * g->size, g->size);
	free(rows);
	if (r < 0)
		return r;
	*ret = copy;
	*ret_n = n;
	return 0;
}

/* Returns whether there is a history to read; else *RET_N is 0 and *R says how that came. */
static bool has_history(struct store *s, void **ret, size_t *ret_n, int *r, struct fault *f)
{
	*ret = NULL;
	*ret_n = 0;
	*r = history_there(s, f);
	if (*r > 0)
		return true;
	return false;
}

/* Copies column I. */
static const char *text(sqlite3_stmt *st, struct arena *a, int i, bool *ok)
{
	const char *p = arena_str(a, db_text(st, i));
	*ok = *ok && p;
	return p;
}

/* ---- runs ---- */

#define RUN \
	"SELECT id, plan, cause, attempt, state, reason, recipes, revision, owner, " \
	"started_ns," \
	" ended_ns FROM runs "
#define RUN_ROW "ittitttttii"

static bool fill_run(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_run *)row = (struct history_run){
	    .id = sqlite3_column_int64(st, 0),
	    .plan = text(st, a, 1, &ok),
	    .cause = text(st, a, 2, &ok),
	    .attempt = (unsigned)sqlite3_column_int64(st, 3),
	    .state = text(st, a, 4, &ok),
	    .reason = text(st, a, 5, &ok),
	    .recipes = text(st, a, 6, &ok),
	    .revision = text(st, a, 7, &ok),
	    .owner = text(st, a, 8, &ok),
	    .started_ns = sqlite3_column_int64(st, 9),
	    .ended_ns = sqlite3_column_int64(st, 10),
	};
	return ok;
}

int history_runs(struct store *s, struct arena *a, const char *plan, int64_t before, int max,
		 struct history_run **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query all = {
	    RUN "WHERE (?1 = 0 OR id < ?1) ORDER BY id DESC LIMIT ?2", RUN_ROW};
	static const struct db_query of = {
	    RUN "WHERE (?1 = 0 OR id < ?1) AND plan = ?3 ORDER BY id DESC LIMIT ?2", RUN_ROW};
	const struct reading g = {s, a, sizeof **ret, fill_run};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	sqlite3_stmt *st = plan ? db_ask(s, &of, "iit", before, (int64_t)max, plan)
				: db_ask(s, &all, "ii", before, (int64_t)max);
	return read_rows(&g, st, false, (void **)ret, ret_n, f);
}

/* Reads the one row of ST into RET. ERR_MISSING without a fault text. */
static int read_one(const struct reading *g, sqlite3_stmt *st, void *ret)
{
	void *rows = NULL;
	size_t n = 0;
	int r = read_rows(g, st, false, &rows, &n, NULL);
	if (r == 0 && n)
		memcpy(ret, rows, g->size);
	return r < 0 ? r : n ? 0 : ERR_MISSING;
}

int history_run(struct store *s, struct arena *a, int64_t id, struct history_run *ret)
{
	static const struct db_query get = {RUN "WHERE id = ?1", RUN_ROW};
	const struct reading g = {s, a, sizeof *ret, fill_run};
	int r = history_there(s, NULL);
	return r > 0 ? read_one(&g, db_ask(s, &get, "i", id), ret) : r < 0 ? r : ERR_MISSING;
}

/* ---- jobs ---- */

#define JOB \
	"SELECT id, run, command, directory, config, state, status, log, started_ns, ended_ns" \
	" FROM jobs "
#define JOB_ROW "iittttitii"

static bool fill_job(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_job *)row = (struct history_job){
	    .id = sqlite3_column_int64(st, 0),
	    .run = sqlite3_column_int64(st, 1),
	    .command = text(st, a, 2, &ok),
	    .directory = text(st, a, 3, &ok),
	    .config = text(st, a, 4, &ok),
	    .state = text(st, a, 5, &ok),
	    .status = sqlite3_column_int(st, 6),
	    .log = text(st, a, 7, &ok),
	    .started_ns = sqlite3_column_int64(st, 8),
	    .ended_ns = sqlite3_column_int64(st, 9),
	};
	return ok;
}

int history_job(struct store *s, struct arena *a, int64_t id, struct history_job *ret)
{
	static const struct db_query get = {JOB "WHERE id = ?1", JOB_ROW};
	const struct reading g = {s, a, sizeof *ret, fill_job};
	int r = history_there(s, NULL);
	return r > 0 ? read_one(&g, db_ask(s, &get, "i", id), ret) : r < 0 ? r : ERR_MISSING;
}

int history_jobs(struct store *s, struct arena *a, int64_t run, bool running,
		 struct history_job **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    JOB "WHERE (?1 = 0 OR run = ?1) AND (?2 = 0 OR state = 'running') ORDER BY id",
	    JOB_ROW};
	const struct reading g = {s, a, sizeof **ret, fill_job};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "ii", run, (int64_t)running), false, (void **)ret,
			 ret_n, f);
}

/* ---- results ---- */

#define RESULT \
	"SELECT r.id, r.job, j.run, r.mode, r.output, r.verdict, r.drv, r.action, r.object," \
	" r.other, r.started_ns, r.ended_ns, r.wall_ns, r.detail FROM results r" \
	" JOIN jobs j ON j.id = r.job "
#define RESULT_ROW "iiitttdDDDiiit"

static bool fill_result(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	struct history_result *r = row;
	*r = (struct history_result){
	    .id = sqlite3_column_int64(st, 0),
	    .job = sqlite3_column_int64(st, 1),
	    .run = sqlite3_column_int64(st, 2),
	    .mode = text(st, a, 3, &ok),
	    .output = text(st, a, 4, &ok),
	    .verdict = text(st, a, 5, &ok),
	    .started_ns = sqlite3_column_int64(st, 10),
	    .ended_ns = sqlite3_column_int64(st, 11),
	    .wall_ns = (uint64_t)sqlite3_column_int64(st, 12),
	    .detail = text(st, a, 13, &ok),
	};
	db_digest(st, 6, &r->drv);
	db_digest(st, 7, &r->action);
	db_digest(st, 8, &r->object);
	db_digest(st, 9, &r->other);
	return ok;
}

int history_results(struct store *s, struct arena *a, int64_t run, struct history_result **ret,
		    size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {RESULT "WHERE j.run = ?1 ORDER BY r.id",
					     RESULT_ROW};
	const struct reading g = {s, a, sizeof **ret, fill_result};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "i", run), false, (void **)ret, ret_n, f);
}

int history_results_of(struct store *s, struct arena *a, const char *output, int max,
		       struct history_result **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query of = {
	    RESULT "WHERE r.output = ?1 ORDER BY r.id DESC LIMIT ?2", RESULT_ROW};
	static const struct db_query all = {RESULT "ORDER BY r.id DESC LIMIT ?1", RESULT_ROW};
	const struct reading g = {s, a, sizeof **ret, fill_result};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	sqlite3_stmt *st = output ? db_ask(s, &of, "ti", output, (int64_t)max)
				  : db_ask(s, &all, "i", (int64_t)max);
	return read_rows(&g, st, false, (void **)ret, ret_n, f);
}

int history_standing(struct store *s, struct arena *a, const char *mode,
		     struct history_result **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    RESULT "JOIN standing t ON t.result = r.id WHERE ?1 = '' OR t.mode = ?1"
		   " ORDER BY r.output, r.mode",
	    RESULT_ROW};
	const struct reading g = {s, a, sizeof **ret, fill_result};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "t", mode ? mode : ""), false, (void **)ret,
			 ret_n, f);
}

int history_result(struct store *s, struct arena *a, int64_t id, struct history_result *ret)
{
	static const struct db_query get = {RESULT "WHERE r.id = ?1", RESULT_ROW};
	const struct reading g = {s, a, sizeof *ret, fill_result};
	int r = history_there(s, NULL);
	return r > 0 ? read_one(&g, db_ask(s, &get, "i", id), ret) : r < 0 ? r : ERR_MISSING;
}

/* ---- changes, trend, messages ---- */

static bool fill_change(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_change *)row = (struct history_change){
	    .id = sqlite3_column_int64(st, 0),
	    .run = sqlite3_column_int64(st, 1),
	    .result = sqlite3_column_int64(st, 2),
	    .mode = text(st, a, 3, &ok),
	    .output = text(st, a, 4, &ok),
	    .was = text(st, a, 5, &ok),
	    .now = text(st, a, 6, &ok),
	    .at_ns = sqlite3_column_int64(st, 7),
	};
	return ok;
}

int history_changes(struct store *s, struct arena *a, int64_t run, int max,
		    struct history_change **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    "SELECT id, run, result, mode, output, was, now, at_ns FROM changes"
	    " WHERE ?1 = 0 OR run = ?1 ORDER BY id DESC LIMIT ?2",
	    "iiitttti"};
	const struct reading g = {s, a, sizeof **ret, fill_change};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "ii", run, (int64_t)max), false, (void **)ret,
			 ret_n, f);
}

static bool fill_trend(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_trend *)row = (struct history_trend){
	    .run = sqlite3_column_int64(st, 0),
	    .at_ns = sqlite3_column_int64(st, 1),
	    .mode = text(st, a, 2, &ok),
	    .counts = text(st, a, 3, &ok),
	};
	return ok;
}

int history_trend(struct store *s, struct arena *a, int max, struct history_trend **ret,
		  size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    "SELECT run, at_ns, mode, counts FROM trend ORDER BY run DESC, mode LIMIT ?1",
	    "iitt"};
	const struct reading g = {s, a, sizeof **ret, fill_trend};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "i", (int64_t)max), true, (void **)ret, ret_n, f);
}

int history_now(struct store *s, struct arena *a, struct history_trend **ret, size_t *ret_n,
		struct fault *f)
{
	static const struct db_query list = {
	    "SELECT 0, 0, mode, json_group_object(verdict, n) FROM (SELECT mode, verdict,"
	    " count(*) AS n FROM standing GROUP BY mode, verdict) GROUP BY mode ORDER BY mode",
	    "iitt"};
	const struct reading g = {s, a, sizeof **ret, fill_trend};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, ""), false, (void **)ret, ret_n, f);
}

const char *history_about(struct store *s, struct arena *a, const struct digest *drv)
{
	static const struct db_query get = {"SELECT detail FROM about WHERE drv = ?1", "t"};
	if (history_there(s, NULL) <= 0)
		return NULL;
	sqlite3_stmt *st = db_ask(s, &get, "d", drv);
	const char *ret = db_step(s, st, NULL) > 0 ? arena_str(a, db_text(st, 0)) : NULL;
	db_reset(st);
	return ret;
}

static bool fill_message(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_message *)row = (struct history_message){
	    .id = sqlite3_column_int64(st, 0),
	    .run = sqlite3_column_int64(st, 1),
	    .target = text(st, a, 2, &ok),
	    .state = text(st, a, 3, &ok),
	    .attempts = (unsigned)sqlite3_column_int64(st, 4),
	    .next_ns = sqlite3_column_int64(st, 5),
	    .error = text(st, a, 6, &ok),
	    .made_ns = sqlite3_column_int64(st, 7),
	};
	return ok;
}

int history_messages(struct store *s, struct arena *a, int64_t now_ns,
		     struct history_message **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    "SELECT id, run, target, state, attempts, next_ns, error, made_ns FROM "
	    "messages"
	    " WHERE state = 'waiting' AND (next_ns <= ?1 OR next_ns > ?1 + 86400000000000)"
	    " ORDER BY id",
	    "iittiiti"};
	const struct reading g = {s, a, sizeof **ret, fill_message};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "i", now_ns), false, (void **)ret, ret_n, f);
}

static bool fill_trigger(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	*(struct history_trigger *)row = (struct history_trigger){
	    .plan = text(st, a, 0, &ok),
	    .watch = text(st, a, 1, &ok),
	    .seen = text(st, a, 2, &ok),
	    .pending = text(st, a, 3, &ok),
	    .cause = text(st, a, 4, &ok),
	    .asked_ns = sqlite3_column_int64(st, 5),
	    .failures = (unsigned)sqlite3_column_int64(st, 6),
	    .error = text(st, a, 7, &ok),
	};
	return ok;
}

int history_triggers(struct store *s, struct arena *a, const char *plan,
		     struct history_trigger **ret, size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    "SELECT plan, watch, seen, pending, cause, asked_ns, failures, error FROM triggers"
	    " WHERE ?1 = '' OR plan = ?1 ORDER BY plan, watch",
	    "tttttiit"};
	const struct reading g = {s, a, sizeof **ret, fill_trigger};
	int r;
	if (!has_history(s, (void **)ret, ret_n, &r, f))
		return r;
	return read_rows(&g, db_ask(s, &list, "t", plan ? plan : ""), false, (void **)ret,
			 ret_n, f);
}

int history_message_counts(struct store *s, uint64_t *ret_waiting, uint64_t *ret_given_up,
			   struct fault *f)
{
	static const struct db_query count = {
	    "SELECT count(*) FILTER (WHERE state = 'waiting'),"
	    " count(*) FILTER (WHERE state = 'given up') FROM messages",
	    "ii"};
	*ret_waiting = *ret_given_up = 0;
	int r = history_there(s, f);
	if (r <= 0)
		return r;
	sqlite3_stmt *st = db_ask(s, &count, "");
	r = db_step(s, st, f);
	if (r > 0) {
		*ret_waiting = (uint64_t)sqlite3_column_int64(st, 0);
		*ret_given_up = (uint64_t)sqlite3_column_int64(st, 1);
	}
	db_reset(st);
	return r < 0 ? r : 0;
}

/* ---- outputs ---- */

static bool fill_output(sqlite3_stmt *st, struct arena *a, void *row)
{
	bool ok = true;
	struct history_output *o = row;
	*o = (struct history_output){
	    .name = text(st, a, 0, &ok),
	    .started_ns = sqlite3_column_int64(st, 4),
	    .ended_ns = sqlite3_column_int64(st, 5),
	    .wall_ns = (uint64_t)sqlite3_column_int64(st, 6),
	    .max_rss = (uint64_t)sqlite3_column_int64(st, 7),
	    .log = text(st, a, 8, &ok),
	    .builder = text(st, a, 9, &ok),
	    .file_size = (uint64_t)sqlite3_column_int64(st, 10),
	};
	db_digest(st, 1, &o->drv);
	db_digest(st, 2, &o->action);
	db_digest(st, 3, &o->object);
	return ok;
}

int history_outputs(struct store *s, struct arena *a, struct history_output **ret,
		    size_t *ret_n, struct fault *f)
{
	static const struct db_query list = {
	    "SELECT r.name, r.drv, r.action, r.object, r.started_ns, r.ended_ns, r.wall_ns,"
	    " r.max_rss, r.log, r.builder, coalesce(o.file_size, 0)"
	    " FROM (SELECT max(id) AS id FROM realisations WHERE outcome <> 1 AND builder = ''"
	    " GROUP BY name) n JOIN realisations r ON r.id = n.id"
	    " LEFT JOIN objects o ON o.hash = r.object ORDER BY r.name",
	    "tdddiiiitti"};
	const struct reading g = {s, a, sizeof **ret, fill_output};
	return read_rows(&g, db_ask(s, &list, ""), false, (void **)ret, ret_n, f);
}

int64_t history_generation(struct store *s)
{
	static const struct db_query get = {"PRAGMA data_version", NULL};
	sqlite3_stmt *st = db_ask(s, &get, "");
	int64_t n = db_step(s, st, NULL) > 0 ? sqlite3_column_int64(st, 0) : -1;
	db_reset(st);
	return n;
}
