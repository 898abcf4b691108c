/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "json/write.h"
#include "pages/internal.h"

/* The same as JSON, version 1. api.schema.json beside this file describes it. */

enum { RUNS = 200, CHANGES = 500, PAST = 100 };

static void digest(struct buf *b, const char *name, const struct digest *d)
{
	if (!digest_is_none(d))
		json_put_hex(b, name, d->b, DIGEST_LEN);
}

static void when(struct buf *b, const char *name, int64_t ns)
{
	if (ns)
		json_put_time(b, name, ns / 1000000000);
	else
		json_put_null(b, name);
}

/* Begins the document of an answer. */
static void begin(struct request *q)
{
	json_open(q->b, NULL);
	json_put_number(q->b, "schema", 1);
}

static void end(struct request *q)
{
	json_close(q->b);
	buf_addc(q->b, '\n');
}

static void add_counts(struct request *q)
{
	json_open(q->b, "counts");
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		json_put_number(q->b, MODEL_WORDS[i], q->m->counts[i]);
	json_close(q->b);
}

static void add_run(struct buf *b, const struct history_run *r)
{
	json_put_integer(b, "run", r->id);
	json_put_number(b, "attempt", r->attempt);
	json_put_escaped(b, "plan", r->plan);
	json_put_escaped(b, "cause", r->cause);
	json_put_escaped(b, "state", r->state);
	json_put_escaped(b, "reason", r->reason);
	json_put_escaped(b, "revision", r->revision);
	when(b, "started", r->started_ns);
	when(b, "ended", r->ended_ns);
}

static void add_result(struct buf *b, const struct history_result *r)
{
	json_put_integer(b, "result", r->id);
	json_put_integer(b, "run", r->run);
	json_put_escaped(b, "output", r->output);
	json_put_escaped(b, "mode", r->mode);
	json_put_escaped(b, "verdict", r->verdict);
	digest(b, "derivation", &r->drv);
	digest(b, "action", &r->action);
	digest(b, "object", &r->object);
	digest(b, "other", &r->other);
	when(b, "started", r->started_ns);
	when(b, "ended", r->ended_ns);
	json_put_number(b, "wall_ns", r->wall_ns);
	json_put_json(b, "detail", view_of(r->detail));
}

static void add_results(struct request *q, const struct history_result *all, size_t n)
{
	json_open_array(q->b, "results");
	for (size_t i = 0; i < n; i++) {
		json_line(q->b);
		json_open(q->b, NULL);
		add_result(q->b, &all[i]);
		json_close(q->b);
	}
	json_close_array(q->b);
}

static void add_output(struct buf *b, const struct model_output *o)
{
	json_put(b, "verdict", o->verdict);
	json_put_escaped(b, "output", o->name);
	digest(b, "derivation", &o->drv);
	digest(b, "action", &o->built.action);
	digest(b, "object", &o->built.object);
	json_put_escaped(b, "rebuild", o->rebuild ? o->rebuild->verdict : "");
	json_put_escaped(b, "peers", o->peers ? o->peers->verdict : "");
	when(b, "built", o->built.ended_ns);
	json_put_number(b, "wall_ns", o->built.wall_ns);
	json_put_number(b, "bytes", o->built.file_size);
}

int page_api_status(struct request *q, const char *name)
{
	struct history_run *runs;
	size_t n = 0;
	(void)name;
	int r = history_runs(q->p->s, &q->arena, NULL, 0, 1, &runs, &n, q->f);
	begin(q);
	json_put(q->b, "version", BOOT_HURD_VERSION);
	json_put_number(q->b, "outputs", q->m->n);
	add_counts(q);
	if (r == 0 && n) {
		json_open(q->b, "last_run");
		add_run(q->b, &runs[0]);
		json_close(q->b);
	} else {
		json_put_null(q->b, "last_run");
	}
	struct history_trigger *t;
	if (r == 0)
		r = history_triggers(q->p->s, &q->arena, NULL, &t, &n, q->f);
	json_open_array(q->b, "triggers");
	for (size_t i = 0; r == 0 && i < n; i++) {
		json_open(q->b, NULL);
		json_put_escaped(q->b, "plan", t[i].plan);
		json_put_escaped(q->b, "watch", t[i].watch);
		json_put_escaped(q->b, "seen", t[i].seen);
		json_put_escaped(q->b, "pending", t[i].pending);
		json_put_escaped(q->b, "cause", t[i].cause);
		when(q->b, "asked", t[i].asked_ns);
		json_put_number(q->b, "failures", t[i].failures);
		json_put_escaped(q->b, "error", t[i].error);
		json_close(q->b);
	}
	json_close_array(q->b);
	end(q);
	return r;
}

int page_api_outputs(struct request *q, const char *name)
{
	(void)name;
	begin(q);
	add_counts(q);
	json_open_array(q->b, "outputs");
	for (size_t i = 0; i < q->m->n; i++) {
		json_line(q->b);
		json_open(q->b, NULL);
		add_output(q->b, &q->m->outputs[i]);
		json_close(q->b);
	}
	json_close_array(q->b);
	end(q);
	return 0;
}

static void add_names(struct request *q, const char *name, const size_t *list, size_t n)
{
	json_open_array(q->b, name);
	for (size_t i = 0; i < n; i++)
		json_put(q->b, NULL, q->m->outputs[list[i]].name);
	json_close_array(q->b);
}

int page_api_output(struct request *q, const char *name)
{
	struct history_result *past = NULL;
	size_t n = 0;
	const struct model_output *o = model_find(q->m, name);
	if (!o)
		return ERR_MISSING;
	int r = model_edges(&q->p->model, q->p->s, &q->p->inputs, q->f);
	if (r == 0)
		r = history_results_of(q->p->s, &q->arena, name, PAST, &past, &n, q->f);
	if (r < 0)
		return r;
	const char *about = history_about(q->p->s, &q->arena, &o->drv);
	json_open(q->b, NULL);
	add_output(q->b, o);
	json_put_number(q->b, "schema", 1);
	json_put_json(q->b, "about", view_of(about ? about : "null"));
	add_names(q, "inputs", o->inputs, o->ninputs);
	add_names(q, "users", o->users, o->nusers);
	add_results(q, past, n);
	end(q);
	return 0;
}

int page_api_runs(struct request *q, const char *name)
{
	struct history_run *runs;
	size_t n = 0;
	(void)name;
	int r = history_runs(q->p->s, &q->arena, NULL, 0, RUNS, &runs, &n, q->f);
	begin(q);
	json_open_array(q->b, "runs");
	for (size_t i = 0; i < n; i++) {
		json_line(q->b);
		json_open(q->b, NULL);
		add_run(q->b, &runs[i]);
		json_close(q->b);
	}
	json_close_array(q->b);
	end(q);
	return r;
}

int page_api_run(struct request *q, const char *name)
{
	struct history_run run;
	struct history_job *jobs = NULL;
	struct history_result *all = NULL;
	size_t njobs = 0, n = 0;
	int64_t id;
	if (!page_number(name, &id))
		return ERR_MISSING;
	int r = history_run(q->p->s, &q->arena, id, &run);
	if (r == 0)
		r = history_jobs(q->p->s, &q->arena, id, false, &jobs, &njobs, q->f);
	if (r == 0)
		r = history_results(q->p->s, &q->arena, id, &all, &n, q->f);
	if (r < 0)
		return r;
	json_open(q->b, NULL);
	add_run(q->b, &run);
	json_put_number(q->b, "schema", 1);
	json_open_array(q->b, "jobs");
	for (size_t i = 0; i < njobs; i++) {
		json_open(q->b, NULL);
		json_put_integer(q->b, "job", jobs[i].id);
		json_put_json(q->b, "command", view_of(jobs[i].command));
		json_put_integer(q->b, "status", jobs[i].status);
		json_put_escaped(q->b, "state", jobs[i].state);
		when(q->b, "started", jobs[i].started_ns);
		when(q->b, "ended", jobs[i].ended_ns);
		json_close(q->b);
	}
	json_close_array(q->b);
	add_results(q, all, n);
	end(q);
	return 0;
}

int page_api_differences(struct request *q, const char *name)
{
	struct history_change *c;
	size_t n = 0;
	(void)name;
	int r = history_changes(q->p->s, &q->arena, 0, CHANGES, &c, &n, q->f);
	begin(q);
	json_open_array(q->b, "changes");
	for (size_t i = 0; i < n; i++) {
		json_line(q->b);
		json_open(q->b, NULL);
		json_put_integer(q->b, "change", c[i].id);
		json_put_integer(q->b, "run", c[i].run);
		json_put_integer(q->b, "result", c[i].result);
		json_put_escaped(q->b, "output", c[i].output);
		json_put_escaped(q->b, "mode", c[i].mode);
		json_put_escaped(q->b, "was", c[i].was);
		json_put_escaped(q->b, "now", c[i].now);
		when(q->b, "at", c[i].at_ns);
		json_close(q->b);
	}
	json_close_array(q->b);
	end(q);
	return r;
}

int page_api_schema(struct request *q, const char *name)
{
	static const char schema[] = {
#include "api.schema.inc"
	    0};
	(void)name;
	buf_adds(q->b, schema);
	return 0;
}
