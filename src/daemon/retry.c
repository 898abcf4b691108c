/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/retry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "json/json.h"
#include "json/value.h"
#include "json/write.h"

/* The job that is looked for. */
struct wanted {
	int64_t id;
	struct arena arena;
	struct history_job job;
	struct history_run run;
};

static int find(void *ctx, struct store *s)
{
	struct wanted *w = ctx;
	int r = history_job(s, &w->arena, w->id, &w->job);
	return r < 0 ? r : history_run(s, &w->arena, w->job.run, &w->run);
}

/* Starts the command of W again. */
static int start_again(const struct wanted *w, struct jobs *js, struct buf *ret,
		       struct fault *f)
{
	struct json_document *doc = NULL;
	char cause[64];
	uint64_t id = 0;
	snprintf(cause, sizeof cause, "retry of job %" PRId64, w->id);
	struct job_request q = {.arguments = STRLIST_INIT,
				.directory = *w->job.directory ? w->job.directory : NULL,
				.recipes = *w->run.recipes ? w->run.recipes : NULL,
				.config = *w->job.config ? w->job.config : NULL,
				.cause = cause};
	int r = json_document_parse(view_of(w->job.command), &doc, f);
	const struct json_value *v = r == 0 ? json_document_root(doc) : NULL;
	for (size_t i = 0; r == 0 && i < json_count(v); i++) {
		struct view t = json_text(json_item(v, i));
		r = strlist_addf(&q.arguments, "%.*s", (int)t.len, t.ptr ? t.ptr : "");
	}
	if (r == 0 && (!q.arguments.n || !jobs_take(view_of(q.arguments.items[0]))))
		r = fault_set(f, ERR_MISSING,
			      "the daemon does not run the command of job %" PRId64, w->id);
	if (r == 0)
		r = jobs_start(js, &q, NULL, &id, f);
	if (r == 0) {
		json_open(ret, NULL);
		json_put_number(ret, "job", id);
		json_close(ret);
	}
	strlist_release(&q.arguments);
	json_document_free(doc);
	return r;
}

int job_retry(struct daemon_history *h, struct jobs *js, struct schedule *s, uint64_t id,
	      struct buf *ret, struct fault *f)
{
	struct wanted w = {.id = (int64_t)id, .arena = ARENA_INIT};
	char cause[64];
	int r = daemon_history_with(h, find, &w);
	if (r < 0)
		r = fault_set(f, r, "there is no job %" PRIu64 " in the history", id);
	if (r == 0 && w.job.ended_ns == 0) {
		r = fault_set(f, -EBUSY, "job %" PRIu64 " still runs", id);
	} else if (r == 0 && *w.run.plan) {
		snprintf(cause, sizeof cause, "retry of job %" PRIu64, id);
		r = schedule_run_now(s, w.run.plan, cause);
		if (r < 0)
			fault_set(f, r, "there is no plan %s any more", w.run.plan);
		else {
			json_open(ret, NULL);
			json_put(ret, "plan", w.run.plan);
			json_close(ret);
		}
	} else if (r == 0) {
		r = start_again(&w, js, ret, f);
	}
	arena_release(&w.arena);
	return r;
}
