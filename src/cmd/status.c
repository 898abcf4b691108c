/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sys.h"
#include "cmd/format.h"
#include "cmd/history.h"
#include "cmd/print.h"
#include "cmd/remote.h"
#include "json/json.h"
#include "json/value.h"
#include "json/write.h"

/* Looking at what a daemon does, and steering it: status, jobs, cancel, retry. */

enum { JOBS = 20 };

/* ---- status ---- */

/* Writes the moment S, in seconds, which somebody else told. */
static void format_seconds(uint64_t s, char ret[32])
{
	const uint64_t most = INT64_MAX / 1000000000;
	history_format_time((int64_t)(s < most ? s : most) * 1000000000, ret);
}

/* Prints a plan of the daemon's schedule. */
static void print_plan(const struct json_value *v)
{
	uint64_t last = 0, next = 0, status = 0, retry = 0;
	char began[32], due[32], again[64] = "";
	bool running = false;
	struct view name = json_text(json_member(v, "name"));
	bool known = json_whole(json_member(v, "status"), &status) == 0;
	json_whole(json_member(v, "last"), &last);
	json_whole(json_member(v, "next"), &next);
	json_flag(json_member(v, "running"), &running);
	if (json_whole(json_member(v, "retry"), &retry) == 0) {
		char when[32];
		format_seconds(retry, when);
		snprintf(again, sizeof again, ", tried again at %s", when);
	}
	format_seconds(last, began);
	if (next)
		format_seconds(next, due);
	else
		snprintf(due, sizeof due, "when triggered");
	print_out("plan %.*s: ", (int)name.len, name.ptr);
	if (running)
		print_out("runs since %s\n", began);
	else if (known)
		print_out("last %s, exit status %llu; next %s%s\n", began,
			  (unsigned long long)status, due, again);
	else
		print_out("not run yet; next %s%s\n", due, again);
}

/* Prints what a daemon says of itself. */
static int print_daemon(const struct json_value *v)
{
	uint64_t jobs = 0, pid = 0;
	bool draining = false;
	struct view version = json_text(json_member(v, "version"));
	struct view state = json_text(json_member(v, "state"));
	const struct json_value *plans = json_member(v, "schedule");
	json_whole(json_member(v, "jobs"), &jobs);
	json_whole(json_member(v, "pid"), &pid);
	json_flag(json_member(v, "draining"), &draining);
	print_out("boot-hurdd %.*s, process %llu, on the store %.*s%s\n", (int)version.len,
		  version.ptr, (unsigned long long)pid, (int)state.len, state.ptr,
		  draining ? ": about to stop" : "");
	print_out("%llu %s\n", (unsigned long long)jobs, jobs == 1 ? "job runs" : "jobs run");
	for (size_t i = 0; i < json_count(plans); i++)
		print_plan(json_item(plans, i));
	return 0;
}

/* Adds how many outputs have which standing verdict: for people a line a mode, or JSON. */
static int add_standing(struct cmd *c, struct store *s, bool json, struct buf *b,
			struct fault *f)
{
	struct history_trend *t;
	size_t n = 0;
	int r = history_now(s, &c->arena, &t, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (json) {
			json_put_json(b, t[i].mode, view_of(t[i].counts));
			continue;
		}
		struct json_document *doc = NULL;
		static const char *const words[] = {
		    "reproduced",    "differs",     "stands-on", "inherits",
		    "baseline-only", "sampled-out", "unchecked", "failed",
		    "built",         "taken",       "listed",    "served",
		    "left",          "other",       "meets",     "open"};
		buf_addf(b, "%s:", t[i].mode);
		if (json_document_parse(view_of(t[i].counts), &doc, NULL) == 0)
			for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
				uint64_t count = 0;
				if (json_whole(json_member(json_document_root(doc), words[k]),
					       &count) == 0)
					buf_addf(b, " %llu %s", (unsigned long long)count,
						 words[k]);
			}
		json_document_free(doc);
		buf_addc(b, '\n');
	}
	return r;
}

/* Lists what plans watch beside the clock, for people or as JSON. */
static int add_triggers(struct cmd *c, struct store *s, bool json, struct buf *b,
			struct fault *f)
{
	struct history_trigger *t;
	size_t n = 0;
	int r = history_triggers(s, &c->arena, NULL, &t, &n, f);
	if (json)
		json_open_array(b, "triggers");
	for (size_t i = 0; r == 0 && i < n; i++) {
		char asked[32];
		history_format_time(t[i].asked_ns, asked);
		if (json) {
			json_open(b, NULL);
			json_put_escaped(b, "plan", t[i].plan);
			json_put_escaped(b, "watch", t[i].watch);
			json_put_escaped(b, "seen", t[i].seen);
			json_put_escaped(b, "pending", t[i].pending);
			json_put_escaped(b, "cause", t[i].cause);
			history_add_time(b, "asked", t[i].asked_ns);
			json_put_number(b, "failures", t[i].failures);
			json_put_escaped(b, "error", t[i].error);
			json_close(b);
			continue;
		}
		escape_addf(b, "plan %s watches %s: asked %s", t[i].plan, t[i].watch, asked);
		if (t[i].failures)
			escape_addf(b, ", %u %s in a row: %s", t[i].failures,
				    t[i].failures == 1 ? "failure" : "failures", t[i].error);
		else if (*t[i].pending)
			escape_addf(b, ", a run is to come: %s", t[i].cause);
		else if (*t[i].cause)
			escape_addf(b, ", %s", t[i].cause);
		else
			buf_adds(b, ", nothing to do");
		buf_addc(b, '\n');
	}
	if (json)
		json_close_array(b);
	return r;
}

/* What the command line of status, jobs, cancel asks for. */
struct request {
	bool json, all, running, now;
};

static const struct option_row STATUS_OPTIONS[] = {
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print JSON"}, {0}};

static int status(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct buf told = BUF_INIT, b = BUF_INIT;
	struct json_document *doc = NULL;
	int there =
	    c->no_daemon ? 0 : remote_ask(c->state_option, "/1/status", false, &told, f);
	int r = there < 0 ? there : 0;
	if (there > 0)
		r = json_document_parse(buf_view(&told), &doc, f);
	if (r == 0 && q->json) {
		const char *text = there > 0 ? buf_str(&told) : "null";
		json_open(&b, NULL);
		json_put_number(&b, "schema", 1);
		json_put_json(&b, "daemon", (struct view){text, strcspn(text, "\n")});
		json_open(&b, "standing");
		r = add_standing(c, c->store, true, &b, f);
		json_close(&b);
		if (r == 0)
			r = add_triggers(c, c->store, true, &b, f);
		json_close(&b);
		buf_addc(&b, '\n');
	} else if (r == 0) {
		if (there > 0)
			print_daemon(json_document_root(doc));
		else
			print_out(c->no_daemon ? "the store %s, without asking a daemon\n"
					       : "no boot-hurdd answers for the store %s\n",
				  store_path(c->store));
		r = add_triggers(c, c->store, false, &b, f);
		if (r == 0)
			r = add_standing(c, c->store, false, &b, f);
	}
	if (r == 0)
		print_document(buf_view(&b), q->json ? ESCAPE_DOCUMENT : ESCAPE_LINES);
	json_document_free(doc);
	buf_release(&told);
	buf_release(&b);
	return r < 0 ? r : there > 0 || c->no_daemon ? CMD_OK : CMD_COVERAGE;
}

const struct command command_status = {
    .name = "status",
    .run = status,
    .options = STATUS_OPTIONS,
    .size = sizeof(struct request),
    .needs = CMD_STORE,
    .synopsis = "[--json]",
    .summary = "say what boot-hurdd does, and what is reproduced",
};

/* ---- jobs ---- */

static void print_job(const struct history_job *j, const struct history_run *run)
{
	struct buf line = BUF_INIT;
	char began[32], took[32] = "-", status[16] = "-";
	history_format_time(j->started_ns, began);
	if (j->ended_ns)
		format_time((uint64_t)(j->ended_ns - j->started_ns), took);
	if (j->status >= 0)
		snprintf(status, sizeof status, "%d", j->status);
	history_command_line(j->command, &line);
	print_out("%5" PRId64 "  run %-5" PRId64 " %-9s %3s  %s  %-12s  %s  (%s%s%s)\n", j->id,
		  j->run, j->state, status, began, took, buf_str(&line), run->plan,
		  *run->plan ? ": " : "", run->cause);
	buf_release(&line);
}

static const struct option_row JOBS_OPTIONS[] = {
    {OPTION_FLAG, 'a', "all", offsetof(struct request, all), NULL, "list all that are kept"},
    {OPTION_FLAG, 0, "running", offsetof(struct request, running), NULL, "list those that run"},
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print JSON"},
    {0}};

static int list_jobs(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct history_job *jobs;
	struct buf b = BUF_INIT;
	size_t n = 0;
	int r = history_jobs(c->store, &c->arena, 0, q->running, &jobs, &n, f);
	if (r < 0)
		return r;
	size_t from = q->all || q->running || n < JOBS ? 0 : n - JOBS;
	history_open_list(&b, "jobs");
	for (size_t i = from; i < n; i++) {
		struct history_run run = {.plan = "", .cause = ""};
		r = history_run(c->store, &c->arena, jobs[i].run, &run);
		if (r < 0 && r != ERR_MISSING) {
			buf_release(&b);
			return fault_set(f, r, "cannot read run %" PRId64 ":", jobs[i].run);
		}
		history_job_json(&jobs[i], &run, &b);
		if (!q->json)
			print_job(&jobs[i], &run);
	}
	history_close_list(&b);
	if (q->json)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	else if (!n)
		print_out(q->running ? "no job runs\n" : "no job has been recorded yet\n");
	buf_release(&b);
	return CMD_OK;
}

const struct command command_jobs = {
    .name = "jobs",
    .run = list_jobs,
    .options = JOBS_OPTIONS,
    .size = sizeof(struct request),
    .needs = CMD_STORE,
    .synopsis = "[--running] [--all] [--json]",
    .summary = "list the jobs of boot-hurdd",
};

/* ---- cancel, retry ---- */

/* Refuses --no-daemon: jobs are a daemon's. */
static int check_daemon(struct cmd *c, void *request, struct fault *f)
{
	(void)request;
	return c->no_daemon ? fault_set(f, ERR_USAGE,
					"--no-daemon has no meaning here: jobs are a daemon's")
			    : 0;
}

/* Has the daemon do VERB with the job that the operand names. */
static int on_job(struct cmd *c, const char *text, const char *verb, struct buf *ret,
		  struct fault *f)
{
	char path[64];
	size_t n = strspn(text, "0123456789");
	if (!n || text[n] || n > 18) {
		fault_set(f, ERR_USAGE, "'%s' is not the number of a job", text);
		fault_hint(f, "boot-hurd jobs lists them");
		return ERR_USAGE;
	}
	snprintf(path, sizeof path, "/1/jobs/%s/%s", text, verb);
	int r = remote_ask(c->state_option, path, true, ret, f);
	if (r == 0) {
		r = fault_set(f, ERR_CONFIG, "no boot-hurdd answers");
		fault_hint(f, "jobs are its: systemctl status boot-hurdd");
	}
	return r < 0 ? r : 0;
}

static const struct option_row CANCEL_OPTIONS[] = {
    {OPTION_FLAG, 0, "now", offsetof(struct request, now), NULL,
     "kill running builds instead of letting them end"},
    {0}};

static int cancel(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	struct buf told = BUF_INIT;
	int r = 0;
	for (int i = 0; r == 0 && i < 1 + q->now; i++)
		r = on_job(c, c->operands[0], "interrupt", &told, f);
	if (r == 0)
		print_out("job %s is told to end%s\n", c->operands[0],
			  q->now ? " at once" : "; running builds go on to their end");
	buf_release(&told);
	return r < 0 ? r : CMD_OK;
}

const struct command command_cancel = {
    .name = "cancel",
    .run = cancel,
    .check = check_daemon,
    .options = CANCEL_OPTIONS,
    .size = sizeof(struct request),
    .min = 1,
    .max = 1,
    .synopsis = "[--now] JOB",
    .summary = "end a job of boot-hurdd",
};

static int retry(struct cmd *c, void *request, struct fault *f)
{
	struct buf told = BUF_INIT;
	struct json_document *doc = NULL;
	uint64_t id = 0;
	(void)request;
	int r = on_job(c, c->operands[0], "retry", &told, f);
	if (r == 0)
		r = json_document_parse(buf_view(&told), &doc, f);
	if (r == 0) {
		const struct json_value *v = json_document_root(doc);
		struct view plan = json_text(json_member(v, "plan"));
		if (json_whole(json_member(v, "job"), &id) == 0)
			print_out("job %llu runs it again\n", (unsigned long long)id);
		else
			print_out("plan %.*s runs next\n", (int)plan.len, plan.ptr);
	}
	json_document_free(doc);
	buf_release(&told);
	return r < 0 ? r : CMD_OK;
}

const struct command command_retry = {
    .name = "retry",
    .run = retry,
    .check = check_daemon,
    .min = 1,
    .max = 1,
    .synopsis = "JOB",
    .summary = "run again what a job ran",
};
