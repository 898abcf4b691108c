/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "cmd/format.h"
#include "cmd/history.h"
#include "cmd/print.h"
#include "cmd/record.h"
#include "cmd/target.h"
#include "json/json.h"
#include "json/value.h"
#include "json/write.h"

enum { RUNS = 20, RESULTS = 20 };

void history_format_time(int64_t ns, char ret[32])
{
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;
	if (!ns || !gmtime_r(&t, &tm) || !strftime(ret, 32, "%Y-%m-%d %H:%M:%SZ", &tm))
		strcpy(ret, "-");
}

void history_add_time(struct buf *b, const char *name, int64_t ns)
{
	if (ns)
		json_put_time(b, name, ns / 1000000000);
	else
		json_put_null(b, name);
}

void history_command_line(const char *json, struct buf *ret)
{
	struct json_document *doc = NULL;
	if (json_document_parse(view_of(json), &doc, NULL) == 0) {
		const struct json_value *v = json_document_root(doc);
		for (size_t i = 0; i < json_count(v); i++) {
			buf_adds(ret, i ? " " : "");
			escape_add(ret, json_text(json_item(v, i)), ESCAPE_LINE);
		}
	}
	json_document_free(doc);
}

void history_open_list(struct buf *b, const char *name)
{
	json_open(b, NULL);
	json_put_number(b, "schema", 1);
	json_open_array(b, name);
}

void history_close_list(struct buf *b)
{
	json_close_array(b);
	json_close(b);
	buf_addc(b, '\n');
}

void history_run_json(const struct history_run *r, struct buf *b)
{
	json_open(b, NULL);
	json_put_integer(b, "run", r->id);
	json_put_number(b, "attempt", r->attempt);
	json_put_escaped(b, "plan", r->plan);
	json_put_escaped(b, "cause", r->cause);
	json_put_escaped(b, "state", r->state);
	json_put_escaped(b, "reason", r->reason);
	json_put_escaped(b, "recipes", r->recipes);
	json_put_escaped(b, "revision", r->revision);
	history_add_time(b, "started", r->started_ns);
	history_add_time(b, "ended", r->ended_ns);
	json_close(b);
}

void history_job_json(const struct history_job *j, const struct history_run *run, struct buf *b)
{
	json_open(b, NULL);
	json_put_integer(b, "job", j->id);
	json_put_integer(b, "run", j->run);
	json_put_escaped(b, "plan", run->plan);
	json_put_escaped(b, "cause", run->cause);
	json_put_json(b, "command", view_of(j->command));
	json_put_escaped(b, "state", j->state);
	json_put_integer(b, "status", j->status);
	json_put_escaped(b, "log", j->log);
	history_add_time(b, "started", j->started_ns);
	history_add_time(b, "ended", j->ended_ns);
	json_close(b);
}

static void result_json(const struct history_result *r, struct buf *b)
{
	json_open(b, NULL);
	json_put_integer(b, "result", r->id);
	json_put_integer(b, "job", r->job);
	json_put_integer(b, "run", r->run);
	json_put_escaped(b, "output", r->output);
	json_put_escaped(b, "mode", r->mode);
	json_put_escaped(b, "verdict", r->verdict);
	json_put_hex(b, "derivation", r->drv.b, DIGEST_LEN);
	if (!digest_is_none(&r->action))
		json_put_hex(b, "action", r->action.b, DIGEST_LEN);
	if (!digest_is_none(&r->object))
		json_put_hex(b, "object", r->object.b, DIGEST_LEN);
	if (!digest_is_none(&r->other))
		json_put_hex(b, "other", r->other.b, DIGEST_LEN);
	history_add_time(b, "started", r->started_ns);
	history_add_time(b, "ended", r->ended_ns);
	json_put_number(b, "wall_ns", r->wall_ns);
	json_put_json(b, "detail", view_of(r->detail));
	json_close(b);
}

/* Prints the newest MAX runs. */
static int list_runs(struct cmd *c, struct store *s, int max, bool json, struct fault *f)
{
	struct history_run *runs;
	struct buf b = BUF_INIT;
	size_t n = 0;
	int r = history_runs(s, &c->arena, NULL, 0, max, &runs, &n, f);
	if (r < 0)
		return r;
	if (json) {
		history_open_list(&b, "runs");
		for (size_t i = 0; i < n; i++)
			history_run_json(&runs[i], &b);
		history_close_list(&b);
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
		buf_release(&b);
		return CMD_OK;
	}
	if (!n)
		print_out("nothing has been recorded yet\n");
	for (size_t i = 0; i < n; i++) {
		char began[32], took[32] = "-";
		history_format_time(runs[i].started_ns, began);
		if (runs[i].ended_ns)
			format_time((uint64_t)(runs[i].ended_ns - runs[i].started_ns), took);
		print_out("%5" PRId64 "  %-20s  %-9s  %-12s  %-12s  %s%s%s\n", runs[i].id,
			  began, runs[i].state, took, *runs[i].plan ? runs[i].plan : "-",
			  runs[i].cause, *runs[i].reason ? ": " : "", runs[i].reason);
	}
	return CMD_OK;
}

/* Returns whether OUTPUT is what TARGET names: itself, or its name without the version. */
static bool is_named(const char *output, const char *target)
{
	size_t n = strlen(target);
	return strcmp(output, target) == 0 ||
	       (strncmp(output, target, n) == 0 && output[n] == '-' && output[n + 1] >= '0' &&
		output[n + 1] <= '9');
}

/* Prints the newest MAX results about TARGET. */
static int list_results(struct cmd *c, struct store *s, const char *target, int max, bool json,
			struct fault *f)
{
	struct history_result *all;
	struct buf b = BUF_INIT;
	size_t n = 0;
	int shown = 0;
	int r = history_results_of(s, &c->arena, NULL, HISTORY_ALL, &all, &n, f);
	if (r < 0)
		return r;
	history_open_list(&b, "results");
	for (size_t i = 0; i < n && shown < max; i++) {
		char hash[DIGEST_NIX32 + 1], began[32];
		if (!is_named(all[i].output, target))
			continue;
		shown++;
		result_json(&all[i], &b);
		digest_nix32(&all[i].object, hash);
		history_format_time(all[i].started_ns, began);
		if (!json)
			print_out("run %-5" PRId64 " %s  %-7s  %-13s  %.16s  %s\n", all[i].run,
				  began, all[i].mode, all[i].verdict, hash, all[i].output);
	}
	history_close_list(&b);
	if (json && shown)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	if (shown)
		return CMD_OK;
	fault_set(f, ERR_MISSING, "nothing is recorded about '%s'", target);
	/* What was recorded may be of a recipe that is gone; what was not is of none, or was misspelt. */
	struct fault unknown = FAULT_INIT;
	const struct drv *d;
	if (cmd_target(c, target, &d, &unknown) == ERR_MISSING)
		fault_hint(f, "%s", unknown.what);
	return ERR_MISSING;
}

/* What the command line asks for. */
struct request {
	bool json, all;
	unsigned max;
};

static const struct option_row OPTIONS[] = {
    {OPTION_COUNT, 'n', "limit", offsetof(struct request, max), "N",
     "list the newest N (default: 20)"},
    {OPTION_FLAG, 'a', "all", offsetof(struct request, all), NULL, "list all that is kept"},
    {OPTION_FLAG, 0, "json", offsetof(struct request, json), NULL, "print JSON"},
    {0}};

static int history(struct cmd *c, void *request, struct fault *f)
{
	const struct request *q = request;
	int limit = q->all ? HISTORY_ALL : q->max ? (int)q->max : c->noperands ? RESULTS : RUNS;
	return c->noperands ? list_results(c, c->store, c->operands[0], limit, q->json, f)
			    : list_runs(c, c->store, limit, q->json, f);
}

const struct command command_history = {
    .name = "history",
    .run = history,
    .options = OPTIONS,
    .size = sizeof(struct request),
    .max = 1,
    .needs = CMD_STORE,
    .synopsis = "[OPTION…] [TARGET]",
    .summary = "list runs, or what they found out about a target",
};
