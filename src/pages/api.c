/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "pages/internal.h"

/* The same as JSON, version 1. api.schema.json beside this file describes it. */

enum { RUNS = 200, CHANGES = 500, PAST = 100 };

/* Adds ,"NAME":"VALUE". */
static void member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, ",\"%s\":\"", name);
	escape_add(b, view_of(value), ESCAPE_JSON);
	buf_addc(b, '"');
}

static void digest(struct buf *b, const char *name, const struct digest *d)
{
	if (digest_is_none(d))
		return;
	buf_addf(b, ",\"%s\":\"", name);
	hex_add(b, d->b, DIGEST_LEN);
	buf_addc(b, '"');
}

static void when(struct buf *b, const char *name, int64_t ns)
{
	buf_addf(b, ",\"%s\":", name);
	if (!ns) {
		buf_adds(b, "null");
		return;
	}
	buf_addc(b, '"');
	html_rfc3339(b, ns);
	buf_addc(b, '"');
}

static void add_counts(struct request *q)
{
	buf_adds(q->b, "\"counts\":{");
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		buf_addf(q->b, "%s\"%s\":%zu", i ? "," : "", MODEL_WORDS[i], q->m->counts[i]);
	buf_adds(q->b, "}");
}

static void add_run(struct buf *b, const struct history_run *r)
{
	buf_addf(b, "{\"run\":%" PRId64 ",\"attempt\":%u", r->id, r->attempt);
	member(b, "plan", r->plan);
	member(b, "cause", r->cause);
	member(b, "state", r->state);
	member(b, "reason", r->reason);
	member(b, "revision", r->revision);
	when(b, "started", r->started_ns);
	when(b, "ended", r->ended_ns);
}

static void add_result(struct buf *b, const struct history_result *r)
{
	buf_addf(b, "{\"result\":%" PRId64 ",\"run\":%" PRId64, r->id, r->run);
	member(b, "output", r->output);
	member(b, "mode", r->mode);
	member(b, "verdict", r->verdict);
	digest(b, "derivation", &r->drv);
	digest(b, "action", &r->action);
	digest(b, "object", &r->object);
	digest(b, "other", &r->other);
	when(b, "started", r->started_ns);
	when(b, "ended", r->ended_ns);
	buf_addf(b, ",\"wall_ns\":%" PRIu64 ",\"detail\":%s}", r->wall_ns, r->detail);
}

static void add_output(struct buf *b, const struct model_output *o)
{
	buf_addf(b, "{\"verdict\":\"%s\"", o->verdict);
	member(b, "output", o->name);
	digest(b, "derivation", &o->drv);
	digest(b, "action", &o->built.action);
	digest(b, "object", &o->built.object);
	member(b, "rebuild", o->rebuild ? o->rebuild->verdict : "");
	member(b, "peers", o->peers ? o->peers->verdict : "");
	when(b, "built", o->built.ended_ns);
	buf_addf(b, ",\"wall_ns\":%" PRIu64 ",\"bytes\":%" PRIu64, o->built.wall_ns,
		 o->built.file_size);
}

int page_api_status(struct request *q, const char *name)
{
	struct history_run *runs;
	size_t n = 0;
	(void)name;
	int r = history_runs(q->p->s, &q->arena, NULL, 0, 1, &runs, &n, q->f);
	buf_addf(q->b, "{\"schema\":1,\"version\":\"%s\",\"outputs\":%zu,", BOOT_HURD_VERSION,
		 q->m->n);
	add_counts(q);
	buf_adds(q->b, ",\"last_run\":");
	if (r == 0 && n) {
		add_run(q->b, &runs[0]);
		buf_addc(q->b, '}');
	} else {
		buf_adds(q->b, "null");
	}
	buf_adds(q->b, "}\n");
	return r;
}

int page_api_outputs(struct request *q, const char *name)
{
	(void)name;
	buf_adds(q->b, "{\"schema\":1,");
	add_counts(q);
	buf_adds(q->b, ",\"outputs\":[");
	for (size_t i = 0; i < q->m->n; i++) {
		buf_adds(q->b, i ? ",\n" : "");
		add_output(q->b, &q->m->outputs[i]);
		buf_addc(q->b, '}');
	}
	buf_adds(q->b, "]}\n");
	return 0;
}

static void add_names(struct request *q, const char *name, const size_t *list, size_t n)
{
	buf_addf(q->b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++)
		buf_addf(q->b, "%s\"%s\"", i ? "," : "", q->m->outputs[list[i]].name);
	buf_addc(q->b, ']');
}

int page_api_output(struct request *q, const char *name)
{
	struct history_result *past;
	size_t n = 0;
	const struct model_output *o = model_find(q->m, name);
	if (!o)
		return ERR_MISSING;
	int r = model_edges(&q->p->model, q->p->s, q->f);
	if (r == 0)
		r = history_results_of(q->p->s, &q->arena, name, PAST, &past, &n, q->f);
	if (r < 0)
		return r;
	const char *about = history_about(q->p->s, &q->arena, &o->drv);
	add_output(q->b, o);
	buf_addf(q->b, ",\"schema\":1,\"about\":%s", about ? about : "null");
	add_names(q, "inputs", o->inputs, o->ninputs);
	add_names(q, "users", o->users, o->nusers);
	buf_adds(q->b, ",\"results\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(q->b, i ? ",\n" : "");
		add_result(q->b, &past[i]);
	}
	buf_adds(q->b, "]}\n");
	return 0;
}

int page_api_runs(struct request *q, const char *name)
{
	struct history_run *runs;
	size_t n = 0;
	(void)name;
	int r = history_runs(q->p->s, &q->arena, NULL, 0, RUNS, &runs, &n, q->f);
	buf_adds(q->b, "{\"schema\":1,\"runs\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(q->b, i ? ",\n" : "");
		add_run(q->b, &runs[i]);
		buf_addc(q->b, '}');
	}
	buf_adds(q->b, "]}\n");
	return r;
}

int page_api_run(struct request *q, const char *name)
{
	struct history_run run;
	struct history_job *jobs;
	struct history_result *all;
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
	add_run(q->b, &run);
	buf_adds(q->b, ",\"schema\":1,\"jobs\":[");
	for (size_t i = 0; i < njobs; i++) {
		buf_addf(q->b, "%s{\"job\":%" PRId64 ",\"command\":%s,\"status\":%d",
			 i ? "," : "", jobs[i].id, jobs[i].command, jobs[i].status);
		member(q->b, "state", jobs[i].state);
		when(q->b, "started", jobs[i].started_ns);
		when(q->b, "ended", jobs[i].ended_ns);
		buf_addc(q->b, '}');
	}
	buf_adds(q->b, "],\"results\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(q->b, i ? ",\n" : "");
		add_result(q->b, &all[i]);
	}
	buf_adds(q->b, "]}\n");
	return 0;
}

int page_api_differences(struct request *q, const char *name)
{
	struct history_change *c;
	size_t n = 0;
	const char *comma = "";
	(void)name;
	int r = history_changes(q->p->s, &q->arena, 0, CHANGES, &c, &n, q->f);
	buf_adds(q->b, "{\"schema\":1,\"changes\":[");
	for (size_t i = 0; i < n; i++) {
		buf_addf(q->b,
			 "%s{\"change\":%" PRId64 ",\"run\":%" PRId64 ",\"result\":%" PRId64,
			 comma, c[i].id, c[i].run, c[i].result);
		member(q->b, "output", c[i].output);
		member(q->b, "mode", c[i].mode);
		member(q->b, "was", c[i].was);
		member(q->b, "now", c[i].now);
		when(q->b, "at", c[i].at_ns);
		buf_addc(q->b, '}');
		comma = ",\n";
	}
	buf_adds(q->b, "]}\n");
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
