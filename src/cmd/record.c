/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/record.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attest/verdict.h"
#include "base/file.h"
#include "base/sys.h"
#include "cmd/print.h"
#include "cmd/signals.h"
#include "json/write.h"
#include "source/source.h"

enum { COMMAND_MAX = 1 << 20 }; /* bytes of a command line */

struct record {
	pthread_mutex_t lock; /* over all below */
	struct store *s;      /* a handle of its own */
	int64_t run;          /* our own, to be ended here; 0 = boot-hurdd's */
	int64_t job;
	bool warned;
};

/* Warns once that something could not be recorded. */
static void warn(struct record *r, const struct fault *f)
{
	if (!r->warned)
		print_err("warning: the history lacks something: %s\n", f->what);
	r->warned = true;
}

/* Adds the words of our own command line as a JSON list. */
static void add_command(struct buf *b)
{
	struct buf line = BUF_INIT;
	bool program = true;
	file_read("/proc/self/cmdline", COMMAND_MAX, &line, NULL);
	json_open_array(b, NULL);
	for (size_t i = 0; i < line.len; i += strlen(line.ptr + i) + 1, program = false)
		if (!program)
			json_put_escaped(b, NULL, line.ptr + i);
	json_close_array(b);
	buf_release(&line);
}

/* Begins a run of the command's own, with one job. */
static int begin_own(struct record *r, const char *recipes, const char *revision,
		     struct fault *f)
{
	struct buf command = BUF_INIT;
	struct history_run run = {.plan = "",
				  .cause = "command line",
				  .attempt = 1,
				  .state = "running",
				  .reason = "",
				  .recipes = recipes,
				  .revision = revision};
	FREE_PTR char *directory = getcwd(NULL, 0);
	add_command(&command);
	int e = buf_failed(&command);
	if (e == 0)
		e = history_run_begin(r->s, &run, &r->run, f);
	struct history_job job = {.run = r->run,
				  .command = buf_str(&command),
				  .directory = directory ? directory : "",
				  .config = "",
				  .log = ""};
	if (e == 0)
		e = history_job_begin(r->s, &job, &r->job, f);
	buf_release(&command);
	return e;
}

/* Reads the number of the job of boot-hurdd that this process carries out; 0 = none. */
static int64_t job_number(void)
{
	const char *text = getenv("BOOT_HURD_JOB");
	char *end = NULL;
	long long n = text ? strtoll(text, &end, 10) : 0;
	return end && !*end && n > 0 ? n : 0;
}

int record_begin(struct cmd *c, bool own, struct record **ret, struct fault *f)
{
	const char *state = NULL;
	struct buf revision = BUF_INIT;
	struct fault why = FAULT_INIT;
	const char *recipes = c->recipes_dir;
	int64_t job = job_number();
	*ret = NULL;
	if (!job && !own)
		return 0;
	int e = cmd_state(c, &state, f);
	if (e < 0)
		return e;
	struct record *r = calloc(1, sizeof *r);
	if (!r)
		return fault_set(f, -ENOMEM, "cannot record:");
	pthread_mutex_init(&r->lock, NULL);
	r->job = job;
	e = store_open(state, STORE_CREATE | STORE_MAY_LOOK, &r->s, &why);
	if (e < 0 || store_is_readonly(r->s)) {
		store_close(r->s);
		pthread_mutex_destroy(&r->lock);
		free(r);
		return 0; /* the command says what is wrong with the store */
	}
	if (recipes)
		source_revision(recipes, &revision);
	if (job)
		e = history_job_recipes(r->s, job, recipes ? recipes : "", buf_str(&revision),
					&why);
	else
		e = begin_own(r, recipes ? recipes : "", buf_str(&revision), &why);
	buf_release(&revision);
	if (e < 0)
		warn(r, &why);
	*ret = r;
	return 0;
}

void record_results(struct record *r, struct history_result *x, size_t n)
{
	struct fault f = FAULT_INIT;
	if (!r || !r->job)
		return;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < n; i++)
		x[i].job = r->job;
	if (history_results_put(r->s, x, n, &f) < 0)
		warn(r, &f);
	pthread_mutex_unlock(&r->lock);
}

void record_step(struct record *r, const char *mode, const struct drv *d)
{
	struct history_result x = {.mode = mode,
				   .output = d->name,
				   .verdict = "running",
				   .drv = d->id,
				   .started_ns = sys_now_ns(),
				   .detail = "{}"};
	record_results(r, &x, 1);
}

void record_found(struct record *r, const char *mode, const char *output, const char *verdict,
		  const struct digest *drv, const char *detail)
{
	int64_t now = sys_now_ns();
	struct history_result x = {.mode = mode,
				   .output = output,
				   .verdict = verdict,
				   .drv = *drv,
				   .started_ns = now,
				   .ended_ns = now,
				   .detail = detail};
	record_results(r, &x, 1);
}

void record_take(struct record *r, struct history_result *x, char **details, size_t n)
{
	if (x && details)
		record_results(r, x, n);
	for (size_t i = 0; details && i < n; i++)
		free(details[i]);
	free(details);
	free(x);
}

void record_judged(struct record *r, const struct verify_result *x, size_t n)
{
	struct history_result *all = r ? calloc(n + 1, sizeof *all) : NULL;
	char **details = all ? calloc(n + 1, sizeof *details) : NULL;
	int64_t now = sys_now_ns();
	for (size_t i = 0; details && i < n; i++) {
		struct buf b = BUF_INIT;
		verify_result_json(&x[i], &b);
		details[i] = buf_detach(&b);
		all[i] = (struct history_result){
		    .mode = "rebuild",
		    .output = x[i].drv->name,
		    .verdict = x[i].overridden ? "unchecked" : verdict_word(x[i].verdict),
		    .drv = x[i].drv->id,
		    .action = x[i].action,
		    .object = x[i].object,
		    .other = x[i].other,
		    .started_ns = now - (int64_t)x[i].wall_ns,
		    .ended_ns = now,
		    .wall_ns = x[i].wall_ns,
		    .detail = details[i],
		};
	}
	record_take(r, all, details, n);
}

/* ---- what recipes say ---- */

/* Adds the member NAME with VALUE, when there is one. */
static void add_text(struct buf *b, const char *name, const char *value)
{
	if (value)
		json_put_escaped(b, name, value);
}

/* Adds what D's recipe says as a JSON object. */
static void add_about(const struct drv *d, struct buf *b)
{
	json_open(b, NULL);
	json_put_number(b, "schema", 1);
	add_text(b, "version", d->meta.version);
	add_text(b, "summary", d->meta.summary);
	add_text(b, "homepage", d->meta.homepage);
	add_text(b, "license", d->meta.license);
	add_text(b, "recipe", d->meta.file);
	json_open(b, "uris");
	for (size_t i = 0; i < d->nsources; i++) {
		const struct drv_source *s = &d->sources[i];
		if (!s->nuris)
			continue;
		json_open_array(b, s->as);
		for (size_t k = 0; k < s->nuris; k++)
			json_put_escaped(b, NULL, s->uris[k]);
		json_close_array(b);
	}
	json_close(b);
	json_close(b);
}

void record_about(struct record *r, const struct drv *const *nodes, size_t n)
{
	struct fault f = FAULT_INIT;
	if (!r || !r->job)
		return;
	struct digest *drvs = calloc(n + 1, sizeof *drvs);
	const char **names = calloc(n + 1, sizeof *names);
	char **details = calloc(n + 1, sizeof *details);
	bool ok = drvs && names && details;
	for (size_t i = 0; ok && i < n; i++) {
		struct buf b = BUF_INIT;
		add_about(nodes[i], &b);
		drvs[i] = nodes[i]->id;
		names[i] = nodes[i]->name;
		details[i] = buf_detach(&b);
		ok = details[i] != NULL;
	}
	pthread_mutex_lock(&r->lock);
	if (ok && history_about_put(r->s, drvs, names, (const char *const *)details, n, &f) < 0)
		warn(r, &f);
	pthread_mutex_unlock(&r->lock);
	for (size_t i = 0; details && i < n; i++)
		free(details[i]);
	free(details);
	free(names);
	free(drvs);
}

/* ---- the end ---- */

void record_end(struct record *r, int status, const struct fault *f)
{
	struct fault why = FAULT_INIT;
	if (!r)
		return;
	const char *state = signals_interrupted()       ? "cancelled"
			    : status < 0 || status == 1 ? "failed"
							: "done";
	const char *reason = signals_interrupted() ? "interrupted"
			     : status < 0 && f     ? f->what
						   : "";
	if (r->run && r->job &&
	    (history_job_end(r->s, r->job, state, status < 0 ? CMD_ERROR : status, &why) < 0 ||
	     history_run_end(r->s, r->run, state, reason, &why) < 0))
		warn(r, &why);
	store_close(r->s);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- builds ---- */

/* Returns PATH without the store's folder STATE in front. */
static const char *below(const char *path, const char *state)
{
	size_t n = state ? strlen(state) : 0;
	return n && strncmp(path, state, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

void record_event(void *ctx, const struct build_event *e)
{
	struct record_events *x = ctx;
	const char *verdict =
	    e->kind == BUILD_FINISHED      ? "built"
	    : e->kind == BUILD_SUBSTITUTED ? "taken"
	    : e->kind == BUILD_FAILED
		? e->fault && e->fault->code == ERR_CANCELLED ? "cancelled" : "failed"
	    : e->kind == BUILD_STARTED ? "running"
				       : NULL;
	progress_event(x->progress, e);
	if (!verdict || !x->record)
		return;
	struct buf b = BUF_INIT;
	int64_t now = sys_now_ns();
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	if (e->kind == BUILD_SUBSTITUTED)
		json_put_escaped(&b, "from", e->detail);
	else if (*e->detail)
		json_put_escaped(&b, "log", below(e->detail, x->state));
	if (e->kind == BUILD_FAILED && e->fault)
		json_put_escaped(&b, "error", e->fault->what);
	json_close(&b);
	struct history_result r = {.mode = "build",
				   .output = e->drv->name,
				   .verdict = verdict,
				   .drv = e->drv->id,
				   .started_ns = now - (int64_t)e->wall_ns,
				   .ended_ns = e->kind == BUILD_STARTED ? 0 : now,
				   .wall_ns = e->wall_ns,
				   .detail = buf_str(&b)};
	if (e->object)
		r.object = *e->object;
	record_results(x->record, &r, 1);
	buf_release(&b);
}
