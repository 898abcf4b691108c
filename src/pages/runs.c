/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "json/value.h"
#include "pages/internal.h"

enum { TAIL = 16384, LOG_MAX = 9 << 20 };

void page_run_table(struct request *q, const struct history_run *runs, size_t n)
{
	html_table(q->b, "#Run|Plan|State|Began|#Took|Why");
	for (size_t i = 0; i < n; i++) {
		const struct history_run *r = &runs[i];
		html_add(
		    q->b,
		    "<tr><th scope=\"row\" class=\"num\"><a href=\"%hrun/%d.html\">%d</a></th>"
		    "<td>%s</td><td>",
		    q->up, r->id, r->id, *r->plan ? r->plan : "–");
		html_verdict(q->b, r->state);
		html_add(q->b, "</td><td>");
		html_time(q->b, r->started_ns);
		html_add(q->b, "</td><td class=\"num\">");
		html_duration(q->b, r->ended_ns ? (uint64_t)(r->ended_ns - r->started_ns) : 0);
		html_add(q->b, "</td><td>%s%h%s</td></tr>\n", r->cause, *r->reason ? ": " : "",
			 r->reason);
	}
	html_table_end(q->b);
}

/* Adds the runs before run BEFORE (0: the newest), and a link to those before them. *RET_ANY: whether there are any. */
static int add_runs(struct request *q, int64_t before, bool *ret_any)
{
	struct history_run *runs;
	size_t n = 0;
	int r = history_runs(q->p->s, &q->arena, NULL, before, PART_RUNS + 1, &runs, &n, q->f);
	if (r < 0)
		return r;
	bool more = n > PART_RUNS;
	n = more ? PART_RUNS : n;
	*ret_any = n > 0;
	if (n)
		page_run_table(q, runs, n);
	if (more)
		html_add(q->b, "<p><a href=\"%hruns/%d.html\">Earlier runs</a></p>\n", q->up,
			 runs[n - 1].id);
	return 0;
}

int page_runs(struct request *q, const char *name)
{
	bool any = false;
	(void)name;
	page_begin(q, "Runs", "runs");
	html_add(
	    q->b,
	    "<h1>Runs</h1>\n<p class=\"lead\">What the plans of boot-hurdd did, what clients "
	    "asked for, and what was verified on the command line.</p>\n");
	int r = add_runs(q, 0, &any);
	if (!any)
		html_add(q->b, "<p>Nothing has been recorded yet.</p>\n");
	if (r == 0)
		r = page_triggers(q);
	page_end(q);
	return r;
}

int page_runs_before(struct request *q, const char *name)
{
	int64_t before;
	bool any = false;
	if (!page_number(name, &before))
		return ERR_MISSING;
	page_begin(q, arena_fmt(&q->arena, "Runs before %s", name), "runs");
	html_add(q->b, "<h1>Runs before %s</h1>\n", name);
	int r = add_runs(q, before, &any);
	page_end(q);
	return r == 0 && !any ? ERR_MISSING : r;
}

/* Finds the run that NAME is the number of, and its jobs. */
static int find(struct request *q, const char *name, struct history_run *ret,
		struct history_job **ret_jobs, size_t *ret_n)
{
	int64_t id;
	if (!page_number(name, &id))
		return ERR_MISSING;
	int r = history_run(q->p->s, &q->arena, id, ret);
	return r < 0 ? r : history_jobs(q->p->s, &q->arena, id, false, ret_jobs, ret_n, q->f);
}

/* Adds the end of the file at PATH to RET. */
static void add_tail(const char *path, struct buf *ret)
{
	struct stat st;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (st.st_size > TAIL)
		lseek(fd, -TAIL, SEEK_END);
	file_read_fd(fd, 2 * TAIL, ret);
}

/* Adds the end of what the newest of the N jobs printed, escaped for reading. */
static void add_output(struct request *q, const struct history_job *jobs, size_t n,
		       struct buf *ret)
{
	struct buf raw = BUF_INIT;
	const char *path = n ? page_path(q, jobs[n - 1].log) : NULL;
	if (path)
		add_tail(path, &raw);
	escape_add(ret, buf_view(&raw), ESCAPE_LINES);
	buf_release(&raw);
}

/* Adds the words of a command, which is a JSON list. */
static void add_command(struct request *q, const char *json)
{
	struct json_document *doc = NULL;
	if (json_document_parse(view_of(json), &doc, NULL) == 0)
		for (size_t i = 0; i < json_count(json_document_root(doc)); i++)
			html_add(q->b, "%h%v", i ? " " : "",
				 json_text(json_item(json_document_root(doc), i)));
	json_document_free(doc);
}

static void add_jobs(struct request *q, const struct history_job *jobs, size_t n)
{
	html_add(q->b, "<h2>Commands</h2>\n");
	html_table(q->b, "#Job|Command|State|#Exit|#Took");
	for (size_t i = 0; i < n; i++) {
		const struct history_job *j = &jobs[i];
		html_add(q->b, "<tr><th scope=\"row\" class=\"num\">%d</th><td><code>", j->id);
		add_command(q, j->command);
		html_add(q->b, "</code></td><td>");
		html_verdict(q->b, j->state);
		html_add(q->b, "</td><td class=\"num\">");
		if (j->status >= 0)
			html_add(q->b, "%d", (int64_t)j->status);
		else
			html_add(q->b, "–");
		html_add(q->b, "</td><td class=\"num\">");
		html_duration(q->b, j->ended_ns ? (uint64_t)(j->ended_ns - j->started_ns) : 0);
		html_add(q->b, "</td></tr>\n");
	}
	html_table_end(q->b);
}

void page_result_cells(struct request *q, const struct history_result *x)
{
	html_verdict(q->b, x->verdict);
	if (strcmp(x->verdict, "differs") == 0)
		html_add(q->b, " <a href=\"%hdifference/%d.html\">difference</a>", q->up,
			 x->id);
	html_add(q->b, "</td><td>");
	html_hash(q->b, &x->object, false);
	html_add(q->b, "</td><td class=\"num\">");
	html_duration(q->b, x->wall_ns);
	html_add(q->b, "</td></tr>\n");
}

/* Returns where VERDICT comes in the list of a run: what needs a look comes first. */
static int place_of(const char *verdict)
{
	static const char *const words[] = {"differs", "failed",   "other",       "left",
					    "running", "inherits", "interrupted", NULL};
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], verdict) == 0)
			return i - 100;
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct history_result *x = a, *y = b;
	int px = place_of(x->verdict), py = place_of(y->verdict);
	return px != py ? px - py : (x->id > y->id) - (x->id < y->id);
}

/* Adds part PART of the N results ALL of run RUN, which are sorted. */
static void add_results(struct request *q, int64_t run, const struct history_result *all,
			size_t n, size_t part)
{
	size_t from = (part - 1) * PART_ROWS;
	html_add(q->b, "<h2>What was found out</h2>\n");
	html_table(q->b, "Output|What|Verdict|Object|#Took");
	for (size_t i = from; i < n && i < from + PART_ROWS; i++) {
		const struct history_result *x = &all[i];
		html_add(q->b, "<tr><th scope=\"row\">");
		page_output_link(q, x->output);
		html_add(q->b, "</th><td>%s</td><td>", x->mode);
		page_result_cells(q, x);
	}
	html_table_end(q->b);
	const char *stem = arena_fmt(&q->arena, "run/%" PRId64, run);
	const char *first = arena_fmt(&q->arena, "%s.html", stem ? stem : "");
	if (stem && first)
		page_pager(q, first, stem, n, part);
}

/* Adds what runs now, as a line of text. */
static void running_steps(const struct history_result *all, size_t n, struct buf *ret)
{
	size_t running = 0, done = 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].verdict, "running") == 0)
			escape_addf(ret, "%s%s", running++ ? ", " : "now: ", all[i].output);
		else
			done++;
	buf_addf(ret, "%s%zu finished", running ? "; " : "", done);
}

/* Makes the page of a part of what run ID found out. */
static int page_run_part(struct request *q, const char *id, size_t part)
{
	struct history_run run;
	struct history_job *jobs = NULL;
	struct history_result *all = NULL;
	size_t njobs = 0, n = 0;
	int r = find(q, id, &run, &jobs, &njobs);
	if (r == 0)
		r = history_results(q->p->s, &q->arena, run.id, &all, &n, q->f);
	if (r < 0 || !all || part > page_parts(n))
		return r < 0 ? r : ERR_MISSING;
	page_begin(q, arena_fmt(&q->arena, "Run %s, part %zu", id, part), "runs");
	html_add(q->b, "<h1><a href=\"%s.html\">Run %s</a>, part %d</h1>\n", id, id,
		 (int64_t)part);
	qsort(all, n, sizeof *all, by_place);
	add_results(q, run.id, all, n, part);
	page_end(q);
	return 0;
}

int page_run(struct request *q, const char *name)
{
	char id[128];
	size_t part;
	if (page_part(name, id, &part))
		return page_run_part(q, id, part);
	struct history_run run;
	struct history_job *jobs = NULL;
	struct history_result *all = NULL;
	size_t njobs = 0, n = 0;
	int r = find(q, name, &run, &jobs, &njobs);
	if (r == 0)
		r = history_results(q->p->s, &q->arena, run.id, &all, &n, q->f);
	if (r < 0)
		return r;
	bool live = q->p->o.live && !run.ended_ns;
	const char *title = arena_fmt(&q->arena, "Run %" PRId64 "%s%s", run.id,
				      *run.plan ? " of " : "", run.plan);
	if (live)
		page_begin_live(q, title, "runs");
	else
		page_begin(q, title, "runs");
	html_add(q->b, "<h1>%s</h1>\n<dl class=\"facts\">\n<dt>State</dt><dd>", title);
	html_verdict(q->b, run.state);
	html_add(q->b, "%h%s</dd>\n<dt>Why</dt><dd>%s", *run.reason ? ": " : "", run.reason,
		 run.cause);
	if (run.attempt > 1)
		html_add(q->b, ", attempt %d", (int64_t)run.attempt);
	html_add(q->b, "</dd>\n<dt>Began</dt><dd>");
	html_time(q->b, run.started_ns);
	html_add(q->b, "</dd>\n<dt>Ended</dt><dd>");
	html_time(q->b, run.ended_ns);
	html_add(q->b, "</dd>\n");
	if (*run.revision)
		html_add(q->b,
			 "<dt>Recipes</dt><dd>commit <code class=\"hash\">%s</code></dd>\n",
			 run.revision);
	html_add(q->b, "</dl>\n");
	if (njobs)
		add_jobs(q, jobs, njobs);
	struct buf output = BUF_INIT;
	add_output(q, jobs, njobs, &output);
	if (live) {
		struct buf steps = BUF_INIT;
		running_steps(all, n, &steps);
		html_add(q->b,
			 "<h2>As it runs</h2>\n<p id=\"steps\" aria-live=\"polite\">%s</p>\n",
			 buf_str(&steps));
		buf_release(&steps);
	} else if (output.len) {
		html_add(q->b, "<h2>Output</h2>\n<p><a href=\"%d/log.txt\">all of it</a></p>\n",
			 run.id);
	}
	if (output.len || live) {
		html_add(q->b, "<pre tabindex=\"0\" aria-label=\"The end of the output\"");
		if (live)
			html_add(q->b, " data-events=\"%d/events\"", run.id);
		buf_addc(q->b, '>');
		html_text(q->b, buf_view(&output), true);
		html_add(q->b, "</pre>\n");
	}
	buf_release(&output);
	if (n) {
		qsort(all, n, sizeof *all, by_place);
		add_results(q, run.id, all, n, 1);
	}
	page_end(q);
	return 0;
}

int page_run_log(struct request *q, const char *name)
{
	struct history_run run;
	struct history_job *jobs = NULL;
	size_t n = 0;
	bool any = false;
	int r = find(q, name, &run, &jobs, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct buf raw = BUF_INIT;
		const char *path = page_path(q, jobs[i].log);
		if (path && file_read(path, LOG_MAX, &raw, NULL) == 0) {
			escape_add(q->b, buf_view(&raw), ESCAPE_LINES);
			any = true;
		}
		buf_release(&raw);
	}
	return r < 0 ? r : any ? 0 : ERR_MISSING;
}

/* Adds an event: a name, and data of several lines. */
static void add_event(struct buf *b, const char *name, struct view data)
{
	struct view line;
	buf_addf(b, "event: %s\n", name);
	while (view_line(&data, &line))
		buf_addf(b, "data: %.*s\n", (int)line.len, line.ptr);
	buf_addf(b, "data: %.*s\n\n", (int)data.len, data.ptr ? data.ptr : "");
}

/*
 * Answers at once with what there is: the browser asks again a second later by itself, as the protocol
 * says. So no connection waits, and a server with few threads serves many who look on.
 */
int page_run_events(struct request *q, const char *name)
{
	struct history_run run;
	struct history_job *jobs = NULL;
	struct history_result *all = NULL;
	struct buf text = BUF_INIT;
	size_t njobs = 0, n = 0;
	int r = find(q, name, &run, &jobs, &njobs);
	if (r == 0)
		r = history_results(q->p->s, &q->arena, run.id, &all, &n, q->f);
	if (r < 0)
		return r;
	buf_adds(q->b, "retry: 1000\n\n");
	add_output(q, jobs, njobs, &text);
	add_event(q->b, "log", buf_view(&text));
	buf_clear(&text);
	running_steps(all, n, &text);
	add_event(q->b, "steps", buf_view(&text));
	if (run.ended_ns)
		add_event(q->b, "end", view_of(run.state));
	r = buf_failed(&text);
	buf_release(&text);
	return r;
}
