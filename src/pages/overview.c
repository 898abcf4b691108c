/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "json/value.h"
#include "pages/internal.h"

enum { TREND_POINTS = 90, CHANGES = 12, RUNS = 8, WORST = 50 };
enum { TREND_W = 1000, TREND_H = 130 };

/* Adds the column of one point of the trend: verdicts stacked, the best below. */
static void add_column(struct request *q, const struct history_trend *t, size_t i, size_t n)
{
	struct json_document *doc = NULL;
	double w = (double)TREND_W / (double)n, y = TREND_H, total = 0;
	uint64_t counts[MODEL_VERDICTS] = {0};
	if (json_document_parse(view_of(t->counts), &doc, NULL) < 0)
		return;
	for (size_t k = 0; MODEL_WORDS[k]; k++) {
		json_whole(json_member(json_document_root(doc), MODEL_WORDS[k]), &counts[k]);
		total += (double)counts[k];
	}
	html_add(q->b, "<g><title>");
	html_time(q->b, 0);
	html_add(q->b, " run %d:", t->run);
	for (size_t k = 0; MODEL_WORDS[k]; k++)
		if (counts[k])
			html_add(q->b, " %d %h", (int64_t)counts[k], MODEL_WORDS[k]);
	html_add(q->b, "</title>");
	for (size_t k = 0; MODEL_WORDS[k]; k++) {
		double h = total > 0 ? TREND_H * (double)counts[k] / total : 0;
		y -= h;
		if (counts[k])
			html_add(q->b,
				 "<rect class=\"f-%h\" x=\"%f\" y=\"%f\" width=\"%f\" "
				 "height=\"%f\"/>",
				 MODEL_WORDS[k], (double)i * w, y, w > 6 ? w - 1.5 : w, h);
	}
	html_add(q->b, "</g>");
	json_document_free(doc);
}

/* Adds the trend of MODE as a picture, when there are two points of it. */
static int add_trend(struct request *q, const char *mode, const char *title)
{
	struct history_trend *all;
	size_t n = 0, kept = 0;
	int r = history_trend(q->p->s, &q->arena, 8 * TREND_POINTS, &all, &n, q->f);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].mode, mode) == 0)
			all[kept++] = all[i];
	if (kept < 2)
		return 0;
	size_t from = kept > TREND_POINTS ? kept - TREND_POINTS : 0;
	html_add(q->b, "<h2>%s</h2>\n<p class=\"soft\">From ", title);
	html_time(q->b, all[from].at_ns);
	html_add(q->b, " to ");
	html_time(q->b, all[kept - 1].at_ns);
	html_add(
	    q->b,
	    ", %d runs, all outputs of each.</p>\n<svg class=\"trend\" viewBox=\"0 0 %d %d\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s: verdicts over the last "
	    "%d runs\">",
	    (int64_t)(kept - from), (int64_t)TREND_W, (int64_t)TREND_H, title,
	    (int64_t)(kept - from));
	for (size_t i = from; i < kept; i++)
		add_column(q, &all[i], i - from, kept - from);
	html_add(q->b, "</svg>\n");
	return 0;
}

/* Adds what differs, failed or inherits: culprits first. */
static void add_worst(struct request *q)
{
	static const char *const words[] = {"differs", "failed", "inherits"};
	size_t shown = 0, all = q->m->counts[7] + q->m->counts[6] + q->m->counts[5];
	if (!all)
		return;
	html_add(q->b, "<h2>What needs a look</h2>\n");
	html_table(q->b, "Output|Verdict|Found|When");
	for (size_t w = 0; w < sizeof words / sizeof *words; w++)
		for (size_t i = 0; i < q->m->n && shown < WORST; i++) {
			const struct model_output *o = &q->m->outputs[i];
			const struct history_result *r = o->rebuild;
			if (strcmp(o->verdict, words[w]) != 0)
				continue;
			if (!r || strcmp(r->verdict, words[w]) != 0)
				r = o->peers;
			shown++;
			html_add(q->b, "<tr><th scope=\"row\">");
			page_output_link(q, o->name);
			html_add(q->b, "</th><td>");
			html_verdict(q->b, o->verdict);
			html_add(q->b, "</td><td>");
			if (r && strcmp(r->verdict, "differs") == 0)
				html_add(q->b,
					 "<a href=\"%hdifference/%d.html\">the difference</a>",
					 q->up, r->id);
			else if (r)
				html_add(q->b, "<a href=\"%hrun/%d.html\">run %d</a>", q->up,
					 r->run, r->run);
			html_add(q->b, "</td><td>");
			html_time(q->b, r ? r->ended_ns : 0);
			html_add(q->b, "</td></tr>\n");
		}
	html_table_end(q->b);
	if (all > shown)
		html_add(q->b, "<p><a href=\"%houtputs.html#differs\">All %d</a></p>\n", q->up,
			 (int64_t)all);
}

static int add_changes(struct request *q)
{
	struct history_change *c;
	size_t n = 0, shown = 0;
	int r = history_changes(q->p->s, &q->arena, 0, 20 * CHANGES, &c, &n, q->f);
	for (size_t i = 0; r == 0 && i < n && shown < CHANGES; i++) {
		bool roots = strcmp(c[i].mode, "roots") == 0;
		if (!*c[i].was || strcmp(c[i].mode, "build") == 0)
			continue;
		if (!shown++) {
			html_add(q->b, "<h2>What changed</h2>\n");
			html_table(q->b, "When|Output or part|Was|Is|Run");
		}
		html_add(q->b, "<tr><td>");
		html_time(q->b, c[i].at_ns);
		html_add(q->b, "</td><th scope=\"row\">");
		if (roots)
			html_add(q->b, "<a href=\"#roots\">%s</a>", c[i].output);
		else
			page_output_link(q, c[i].output);
		html_add(q->b, "</th><td>");
		html_verdict(q->b, c[i].was);
		html_add(q->b, "</td><td>");
		html_verdict(q->b, c[i].now);
		html_add(q->b, "</td><td><a href=\"%hrun/%d.html\">%d</a></td></tr>\n", q->up,
			 c[i].run, c[i].run);
	}
	if (shown)
		html_table_end(q->b);
	return r;
}

int page_overview(struct request *q, const char *name)
{
	struct history_run *runs;
	size_t n = 0;
	(void)name;
	page_begin(q, "Overview", "overview");
	if (q->m->n)
		html_add(q->b, "<h1>%d of %d outputs are reproduced</h1>\n",
			 (int64_t)q->m->counts[0], (int64_t)q->m->n);
	else
		html_add(q->b, "<h1>Nothing has been built here yet</h1>\n");
	html_add(
	    q->b,
	    "<p class=\"lead\">Reproduced: built again, and every bit was equal; or others, "
	    "by keys of their own, got the same bits from the same action.</p>\n");
	if (q->m->n)
		page_bar(q);
	add_worst(q);
	int r = page_roots(q);
	if (r == 0)
		r = page_departed(q);
	if (r == 0)
		r = add_trend(q, "rebuild", "Rebuilds over time");
	if (r == 0)
		r = add_trend(q, "peers", "Agreement with peers over time");
	if (r == 0)
		r = add_changes(q);
	if (r == 0)
		r = history_runs(q->p->s, &q->arena, NULL, 0, RUNS, &runs, &n, q->f);
	if (r == 0 && n) {
		html_add(q->b, "<h2>Latest runs</h2>\n");
		page_run_table(q, runs, n);
	}
	page_end(q);
	return r;
}
