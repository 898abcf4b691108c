/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "store/internal.h"

/* Made from store/history.sql by the GNUmakefile. */
static const char history_sql[] = {
#include "history.inc"
    0};

/* ---- the tables ---- */

static int table_version(struct store *s, int64_t *ret, struct fault *f)
{
	static const struct db_query there = {
	    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name ="
	    " 'history_format'",
	    "i"};
	static const struct db_query get = {"SELECT version FROM history_format", "i"};
	sqlite3_stmt *st = db_ask(s, &there, "");
	int r = db_step(s, st, f);
	int64_t n = r > 0 ? sqlite3_column_int64(st, 0) : 0;
	db_reset(st);
	if (r > 0 && n) {
		st = db_ask(s, &get, "");
		r = db_step(s, st, f);
		n = r > 0 ? sqlite3_column_int64(st, 0) : 0;
		db_reset(st);
	}
	*ret = n;
	return r < 0 ? r : 0;
}

static int refuse_format(const struct store *s, int64_t have, const char *hint, struct fault *f)
{
	fault_set(f, ERR_CONFIG, "the history in %s has format %lld; this program knows %d",
		  s->path, (long long)have, schema_count(history_sql));
	fault_hint(f, "%s", hint);
	return ERR_CONFIG;
}

int history_there(struct store *s, struct fault *f)
{
	int64_t have = 0;
	if (s->history)
		return 1;
	int r = table_version(s, &have, f);
	if (r < 0 || !have)
		return r;
	if (have < schema_count(history_sql) && !store_is_readonly(s))
		r = history_ensure(s, f);
	else if (have != schema_count(history_sql))
		r = refuse_format(s, have,
				  have > schema_count(history_sql)
				      ? "use a newer boot-hurd"
				      : "a run of boot-hurdd brings it up to date",
				  f);
	if (r < 0)
		return r;
	s->history = true;
	return 1;
}

/* Applies migration N. Within a transaction. */
static int apply(struct store *s, int n, struct fault *f)
{
	static const struct db_query set = {"UPDATE history_format SET version = ?1", NULL};
	FREE_PTR char *body = schema_section(history_sql, n);
	if (!body)
		return fault_set(f, -ENOMEM, "cannot set up the history:");
	if ((n == 1 && sqlite3_exec(s->db,
				    "CREATE TABLE history_format (version INTEGER NOT NULL);"
				    "INSERT INTO history_format VALUES (0)",
				    NULL, NULL, NULL) != SQLITE_OK) ||
	    sqlite3_exec(s->db, body, NULL, NULL, NULL) != SQLITE_OK)
		return db_fault(s, f, "cannot set up the history");
	return db_do(s, f, &set, "i", (int64_t)n);
}

int history_ensure(struct store *s, struct fault *f)
{
	int64_t have = 0;
	int want = schema_count(history_sql);
	if (s->history)
		return 0;
	int r = table_version(s, &have, f);
	if (r == 0 && have > want)
		return refuse_format(s, have, "use a newer boot-hurd", f);
	while (r == 0 && have < want) {
		r = store_begin(s, true, f);
		if (r < 0)
			return r;
		/* Somebody else may have done it while we waited. */
		r = table_version(s, &have, f);
		if (r == 0 && have < want)
			r = apply(s, (int)have + 1, f);
		r = store_end(s, r, f);
		if (r == 0)
			r = table_version(s, &have, f);
	}
	s->history = r == 0;
	return r;
}

int history_begin(struct store *s, struct fault *f)
{
	int r = store_writable(s, f);
	if (r == 0)
		r = history_ensure(s, f);
	return r == 0 ? store_begin(s, true, f) : r;
}

/* ---- runs and jobs ---- */

int history_run_begin(struct store *s, const struct history_run *r, int64_t *ret_id,
		      struct fault *f)
{
	static const struct db_query put = {
	    "INSERT INTO runs (plan, cause, attempt, state, reason, recipes, revision, owner,"
	    " started_ns, ended_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	    NULL};
	/* What was seen is acted upon from now on: by this run, or by the retry of it. */
	static const struct db_query take = {"UPDATE triggers SET seen = pending, pending = ''"
					     " WHERE plan = ?1 AND pending <> ''",
					     NULL};
	FREE_PTR char *owner = history_owner();
	if (!owner)
		return fault_set(f, -ENOMEM, "cannot record a run:");
	int e = history_begin(s, f);
	if (e < 0)
		return e;
	e = db_do(s, f, &put, "ttitttttii", r->plan, r->cause, (int64_t)r->attempt, r->state,
		  r->reason, r->recipes, r->revision, owner,
		  r->started_ns ? r->started_ns : sys_now_ns(), r->ended_ns);
	int64_t id = sqlite3_last_insert_rowid(s->db);
	if (e == 0 && *r->plan && strcmp(r->state, "running") == 0)
		e = db_do(s, f, &take, "t", r->plan);
	e = store_end(s, e, f);
	if (e == 0)
		*ret_id = id;
	return e;
}

/* Takes down the standing verdicts of the modes that RUN had. Within a transaction. */
static int note_trend(struct store *s, int64_t run, int64_t now, struct fault *f)
{
	static const struct db_query put = {
	    "INSERT OR REPLACE INTO trend (run, at_ns, mode, counts)"
	    " SELECT ?1, ?2, mode, json_group_object(verdict, n) FROM"
	    " (SELECT mode, verdict, count(*) AS n FROM standing GROUP BY mode, verdict)"
	    " WHERE mode IN (SELECT r.mode FROM results r JOIN jobs j ON j.id = r.job"
	    " WHERE j.run = ?1) GROUP BY mode",
	    NULL};
	return db_do(s, f, &put, "ii", run, now);
}

/* The messages about RUN, which has ended, are to be sent. Within a transaction. */
static int release_messages(struct store *s, int64_t run, int64_t now, struct fault *f)
{
	static const struct db_query put = {
	    "UPDATE messages SET state = 'waiting', made_ns = ?2"
	    " WHERE run = ?1 AND state = 'planned'",
	    NULL};
	return db_do(s, f, &put, "ii", run, now);
}

int history_run_end(struct store *s, int64_t run, const char *state, const char *reason,
		    struct fault *f)
{
	static const struct db_query end = {
	    "UPDATE runs SET state = ?2, reason = ?3, ended_ns = ?4 WHERE id = ?1", NULL};
	int64_t now = sys_now_ns();
	int r = history_begin(s, f);
	if (r < 0)
		return r;
	r = db_do(s, f, &end, "itti", run, state, reason, now);
	if (r == 0)
		r = note_trend(s, run, now, f);
	if (r == 0)
		r = release_messages(s, run, now, f);
	return store_end(s, r, f);
}

int history_job_begin(struct store *s, const struct history_job *j, int64_t *ret_id,
		      struct fault *f)
{
	static const struct db_query put = {
	    "INSERT INTO jobs (run, command, directory, config, state, status, log, started_ns,"
	    " ended_ns) VALUES (?1, ?2, ?3, ?4, 'running', -1, '', ?5, 0)",
	    NULL};
	static const struct db_query log = {
	    "UPDATE jobs SET log = replace(?2, '%s', id) WHERE id = ?1", NULL};
	int r = history_begin(s, f);
	if (r < 0)
		return r;
	r = db_do(s, f, &put, "ittti", j->run, j->command, j->directory, j->config,
		  j->started_ns ? j->started_ns : sys_now_ns());
	int64_t id = sqlite3_last_insert_rowid(s->db);
	if (r == 0)
		r = db_do(s, f, &log, "it", id, j->log);
	r = store_end(s, r, f);
	if (r == 0)
		*ret_id = id;
	return r;
}

int history_run_recipes(struct store *s, int64_t run, const char *recipes, const char *revision,
			struct fault *f)
{
	static const struct db_query put = {
	    "UPDATE runs SET recipes = ?2, revision = ?3 WHERE id = ?1", NULL};
	int r = history_begin(s, f);
	return r < 0 ? r : store_end(s, db_do(s, f, &put, "itt", run, recipes, revision), f);
}

int history_job_recipes(struct store *s, int64_t job, const char *recipes, const char *revision,
			struct fault *f)
{
	/* Of recipes that boot-hurdd checked out, it knows the commit; their folder does not. */
	static const struct db_query put = {
	    "UPDATE runs SET recipes = ?2, revision = CASE ?3 WHEN '' THEN revision ELSE ?3 END"
	    " WHERE id = (SELECT run FROM jobs WHERE id = ?1)",
	    NULL};
	int r = history_begin(s, f);
	return r < 0 ? r : store_end(s, db_do(s, f, &put, "itt", job, recipes, revision), f);
}

/* ---- verdicts ---- */

int history_results_put(struct store *s, const struct history_result *r, size_t n,
			struct fault *f)
{
	static const struct db_query put = {
	    "INSERT INTO results (job, mode, output, verdict, drv, action, object, other,"
	    " started_ns, ended_ns, wall_ns, detail)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
	    " ON CONFLICT (job, mode, output) DO UPDATE SET verdict = excluded.verdict,"
	    " action = excluded.action, object = excluded.object, other = excluded.other,"
	    " ended_ns = excluded.ended_ns, wall_ns = excluded.wall_ns,"
	    " detail = excluded.detail",
	    NULL};
	int e = n ? history_begin(s, f) : 0;
	if (e < 0 || !n)
		return e;
	for (size_t i = 0; e == 0 && i < n; i++) {
		const struct history_result *x = &r[i];
		const struct digest *d[] = {&x->action, &x->object, &x->other};
		for (size_t k = 0; k < 3; k++)
			if (digest_is_none(d[k]))
				d[k] = NULL;
		e = db_do(s, f, &put, "itttddddiiit", x->job, x->mode, x->output, x->verdict,
			  &x->drv, d[0], d[1], d[2], x->started_ns, x->ended_ns,
			  (int64_t)x->wall_ns, x->detail ? x->detail : "{}");
	}
	return store_end(s, e, f);
}

/*
 * Makes what JOB found out the standing verdicts, and notes what changed. Of what a rebuild left out
 * nothing new is known: an earlier verdict stands. A question that a plan asks again and again, by the
 * same command, no longer stands for an output that it does not find any more.
 */
static int settle(struct store *s, int64_t job, int64_t now, struct fault *f)
{
#define FOUND \
	" FROM results r WHERE r.job = ?1" \
	" AND r.verdict NOT IN ('running', 'interrupted', 'reused')" \
	" AND NOT (r.mode = 'rebuild'" \
	" AND r.verdict IN ('unchecked', 'sampled-out', 'baseline-only')" \
	" AND EXISTS (SELECT 1 FROM standing t WHERE t.mode = r.mode AND t.output = " \
	"r.output))"
	static const struct db_query note = {
	    "INSERT INTO changes (run, result, mode, output, was, now, at_ns)"
	    " SELECT j.run, x.id, x.mode, x.output, coalesce(t.verdict, ''), x.verdict, ?2"
	    " FROM (SELECT *" FOUND ") x JOIN jobs j ON j.id = x.job"
	    " LEFT JOIN standing t ON t.mode = x.mode AND t.output = x.output"
	    " WHERE coalesce(t.verdict, '') <> x.verdict ORDER BY x.id",
	    NULL};
	static const struct db_query stand = {
	    "INSERT OR REPLACE INTO standing (mode, output, result, verdict)"
	    " SELECT r.mode, r.output, r.id, r.verdict" FOUND,
	    NULL};
	static const struct db_query drop = {
	    "DELETE FROM standing WHERE mode IN (SELECT mode FROM results WHERE job = ?1 AND"
	    " mode <> 'build') AND NOT EXISTS (SELECT 1 FROM results n WHERE n.job = ?1"
	    " AND n.mode = standing.mode AND n.output = standing.output)"
	    " AND result IN (SELECT r.id FROM jobs me JOIN runs u ON u.id = me.run"
	    " JOIN jobs j ON j.command = me.command JOIN runs v ON v.id = j.run"
	    " AND v.plan = u.plan JOIN results r ON r.job = j.id"
	    " WHERE me.id = ?1 AND me.state = 'done' AND u.plan <> '')",
	    NULL};
#undef FOUND
	int r = db_do(s, f, &note, "ii", job, now);
	if (r == 0)
		r = db_do(s, f, &stand, "i", job);
	return r == 0 ? db_do(s, f, &drop, "i", job) : r;
}

/* Ends JOB. Within a transaction. */
static int end_job(struct store *s, int64_t job, const char *state, int status, struct fault *f)
{
	static const struct db_query end = {
	    "UPDATE jobs SET state = ?2, status = ?3, ended_ns = ?4 WHERE id = ?1", NULL};
	static const struct db_query cut = {
	    "UPDATE results SET verdict = 'interrupted', ended_ns = ?2 WHERE job = ?1"
	    " AND verdict = 'running'",
	    NULL};
	int64_t now = sys_now_ns();
	int r = db_do(s, f, &end, "itii", job, state, (int64_t)status, now);
	if (r == 0)
		r = db_do(s, f, &cut, "ii", job, now);
	return r == 0 ? settle(s, job, now, f) : r;
}

int history_job_end(struct store *s, int64_t job, const char *state, int status,
		    struct fault *f)
{
	int r = history_begin(s, f);
	return r < 0 ? r : store_end(s, end_job(s, job, state, status, f), f);
}

int history_about_put(struct store *s, const struct digest *drvs, const char *const *names,
		      const char *const *details, size_t n, struct fault *f)
{
	static const struct db_query put = {
	    "INSERT INTO about (drv, output, detail) VALUES (?1, ?2, ?3) ON CONFLICT (drv)"
	    " DO UPDATE SET detail = excluded.detail WHERE detail <> excluded.detail",
	    NULL};
	int r = n ? history_begin(s, f) : 0;
	if (r < 0 || !n)
		return r;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = db_do(s, f, &put, "dtt", &drvs[i], names[i], details[i]);
	return store_end(s, r, f);
}

/* ---- what others left ---- */

/* Ends the jobs of RUN, which is lost, and RUN. Within a transaction. */
static int lose(struct store *s, int64_t run, struct fault *f)
{
	static const struct db_query jobs = {
	    "SELECT id FROM jobs WHERE run = ?1 AND state = 'running' LIMIT 1", "i"};
	static const struct db_query end = {
	    "UPDATE runs SET state = 'lost', reason = 'the process that carried it out is"
	    " gone: killed, or the machine went down', ended_ns = ?2 WHERE id = ?1",
	    NULL};
	int64_t now = sys_now_ns();
	for (;;) {
		sqlite3_stmt *st = db_ask(s, &jobs, "i", run);
		int r = db_step(s, st, f);
		int64_t id = r > 0 ? sqlite3_column_int64(st, 0) : 0;
		db_reset(st);
		if (r < 0)
			return r;
		if (r == 0)
			break;
		r = end_job(s, id, "lost", -1, f);
		if (r < 0)
			return r;
	}
	int r = db_do(s, f, &end, "ii", run, now);
	if (r == 0)
		r = note_trend(s, run, now, f);
	return r == 0 ? release_messages(s, run, now, f) : r;
}

int history_recover(struct store *s, size_t *ret, struct fault *f)
{
	static const struct db_query next = {"SELECT id, owner FROM runs WHERE (state = "
					     "'running' OR ended_ns = 0) AND id > ?1"
					     " ORDER BY id LIMIT 1",
					     "it"};
	int64_t id = 0;
	*ret = 0;
	int r = history_there(s, f);
	if (r <= 0)
		return r;
	for (;;) {
		sqlite3_stmt *st = db_ask(s, &next, "i", id);
		r = db_step(s, st, f);
		bool lives = false;
		if (r > 0) {
			id = sqlite3_column_int64(st, 0);
			lives = history_owner_lives(db_text(st, 1));
		}
		db_reset(st);
		if (r <= 0)
			return r;
		if (lives)
			continue;
		r = history_begin(s, f);
		if (r == 0)
			r = store_end(s, lose(s, id, f), f);
		if (r < 0)
			return r;
		++*ret;
	}
}

/* ---- retention ---- */

/* Runs that may go: ?1 is the time before which one is too old, ?2 how many of a plan stay. */
#define FORGOTTEN \
	"SELECT u.id FROM runs u WHERE u.state <> 'running' AND (u.ended_ns < ?1 OR (?2 > 0 " \
	"AND" \
	" (SELECT count(*) FROM runs n WHERE n.plan = u.plan AND n.id > u.id) >= ?2))" \
	" AND NOT EXISTS (SELECT 1 FROM jobs j JOIN results r ON r.job = j.id JOIN standing t" \
	" ON t.result = r.id WHERE j.run = u.id)" \
	" AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.run = u.id AND m.state IN " \
	"('planned', 'waiting'))"

int history_prune(struct store *s, int64_t age_ns, unsigned keep, struct strlist *logs,
		  struct fault *f)
{
	static const struct db_query list = {
	    "SELECT log FROM jobs WHERE log <> '' AND run IN (" FORGOTTEN ")", "t"};
	static const struct db_query changes = {
	    "DELETE FROM changes WHERE run IN (" FORGOTTEN ")", NULL};
	static const struct db_query messages = {
	    "DELETE FROM messages WHERE run IN (" FORGOTTEN ")", NULL};
	static const struct db_query runs = {"DELETE FROM runs WHERE id IN (" FORGOTTEN ")",
					     NULL};
	int64_t before = age_ns ? sys_now_ns() - age_ns : 0;
	int r = history_there(s, f);
	if (r > 0)
		r = history_begin(s, f);
	else
		return r;
	if (r < 0)
		return r;
	sqlite3_stmt *st = db_ask(s, &list, "ii", before, (int64_t)keep);
	while ((r = db_step(s, st, f)) > 0)
		if (strlist_add(logs, db_text(st, 0)) < 0) {
			r = fault_set(f, -ENOMEM, "cannot forget old runs:");
			break;
		}
	db_reset(st);
	const struct db_query *all[] = {&changes, &messages, &runs};
	for (size_t i = 0; r == 0 && i < 3; i++)
		r = db_do(s, f, all[i], "ii", before, (int64_t)keep);
	return store_end(s, r, f);
}

/* ---- messages ---- */

int history_messages_plan(struct store *s, int64_t run, const struct strlist *targets,
			  struct fault *f)
{
	static const struct db_query put = {
	    "INSERT OR IGNORE INTO messages (run, target, body, state, attempts, next_ns, "
	    "error,"
	    " made_ns) VALUES (?1, ?2, '', 'planned', 0, 0, '', ?3)",
	    NULL};
	int r = targets->n ? history_begin(s, f) : 0;
	if (r < 0 || !targets->n)
		return r;
	for (size_t i = 0; r == 0 && i < targets->n; i++)
		r = db_do(s, f, &put, "iti", run, targets->items[i], sys_now_ns());
	return store_end(s, r, f);
}

int history_message_update(struct store *s, const struct history_message *m, struct fault *f)
{
	static const struct db_query put = {
	    "UPDATE messages SET state = ?2, attempts = ?3, next_ns = ?4, error = ?5"
	    " WHERE id = ?1",
	    NULL};
	int r = history_begin(s, f);
	if (r < 0)
		return r;
	return store_end(s,
			 db_do(s, f, &put, "itiit", m->id, m->state, (int64_t)m->attempts,
			       m->next_ns, m->error),
			 f);
}

int history_messages_hurry(struct store *s, const char *target, struct fault *f)
{
	static const struct db_query put = {
	    "UPDATE messages SET next_ns = 0 WHERE state = 'waiting' AND target = ?1", NULL};
	int r = history_there(s, f);
	if (r > 0)
		r = history_begin(s, f);
	else
		return r;
	return r < 0 ? r : store_end(s, db_do(s, f, &put, "t", target), f);
}

/* ---- a new database ---- */

int history_bring(struct store *s, const char *old, uint64_t *ret_runs, struct fault *f)
{
	static const struct {
		const char *name;
		int since; /* the migration that made it */
	} tables[] = {{"runs", 1},     {"jobs", 1},     {"results", 1},
		      {"standing", 1}, {"changes", 1},  {"trend", 1},
		      {"about", 1},    {"messages", 1}, {"triggers", 2}};
	static const struct db_query attach = {"ATTACH DATABASE ?1 AS old", NULL};
	char sql[128];
	int64_t n = 0;
	int version = 0;
	int r = db_do(s, f, &attach, "t", old);
	if (r < 0)
		return r;
	sqlite3_stmt *st = NULL;
	int e =
	    sqlite3_prepare_v2(s->db, "SELECT version FROM old.history_format", -1, &st, NULL);
	if (e != SQLITE_OK)
		r = (sqlite3_errcode(s->db) & 0xff) == SQLITE_ERROR
			? ERR_MISSING /* no such table */
			: db_fault(s, f, "cannot read the old history");
	else if (sqlite3_step(st) != SQLITE_ROW)
		r = db_fault(s, f, "cannot read the old history");
	else if ((version = sqlite3_column_int(st, 0)) > schema_count(history_sql))
		r = refuse_format(s, version, "use a newer boot-hurd", f);
	sqlite3_finalize(st);
	if (r == 0)
		r = history_ensure(s, f);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r == 0) {
		for (size_t i = 0; r == 0 && i < sizeof tables / sizeof *tables; i++) {
			snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM old.%s",
				 tables[i].name, tables[i].name);
			if (version >= tables[i].since &&
			    sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
				r = db_fault(s, f, "cannot bring the old history");
			else if (i == 0)
				n = sqlite3_changes(s->db);
		}
		r = store_end(s, r, f);
	}
	if (r == 0)
		*ret_runs = (uint64_t)n;
	sqlite3_exec(s->db, "DETACH DATABASE old", NULL, NULL, NULL);
	return r;
}
