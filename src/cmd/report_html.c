/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cmd/report.h"
#include "pages/html.h"

/* The report as one page: no script, nothing from elsewhere. */

static void add_fact(void *ctx, const char *name, const char *value)
{
	html_add(ctx, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static void add_counts(const struct report *r, struct buf *b)
{
	double x = 0, total = r->n ? (double)r->n : 1;
	html_add(b, "<svg class=\"bar\" viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" "
		    "aria-hidden=\"true\">");
	for (int v = 0; v < VERDICT_COUNT; v++) {
		double w = 1000.0 * (double)r->counts[v] / total;
		if (r->counts[v])
			html_add(b,
				 "<rect class=\"f-%h\" x=\"%f\" y=\"0\" width=\"%f\" "
				 "height=\"14\"/>",
				 verdict_word((enum verdict)v), x, w);
		x += w;
	}
	html_add(b, "</svg>\n<ul class=\"legend\">");
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (r->counts[v]) {
			html_add(b, "<li>");
			html_verdict(b, verdict_word((enum verdict)v));
			html_add(b, " <b>%d</b></li>", (int64_t)r->counts[v]);
		}
	html_add(b, "</ul>\n");
}

static void add_row(const struct report_row *x, struct buf *b)
{
	html_add(b, "<tr><th scope=\"row\">");
	if (*x->detail)
		html_add(b, "<a href=\"#%s\">%s</a>", x->drv->name, x->drv->name);
	else
		html_add(b, "%s", x->drv->name);
	html_add(b, "</th><td>");
	html_verdict(b, verdict_word(x->verdict));
	html_add(b, "</td><td>");
	if (x->built)
		html_hash(b, &x->object, true);
	else
		html_add(b, "not built here");
	html_add(b, "</td><td class=\"num\">");
	html_duration(b, x->wall_ns);
	html_add(b, "</td><td>%s</td></tr>\n", x->why);
}

static void add_detail(const struct report_row *x, struct buf *b)
{
	if (!*x->detail)
		return;
	html_add(b, "<h3 id=\"%s\">%s</h3>\n", x->drv->name, x->drv->name);
	if (!digest_is_none(&x->other)) {
		html_add(b, "<p>here ");
		html_hash(b, &x->object, true);
		html_add(b, "<br>other ");
		html_hash(b, &x->other, true);
		html_add(b, "</p>\n");
	}
	html_add(b, "<pre>");
	html_text(b, view_of(x->detail), true);
	html_add(b, "</pre>\n");
}

void report_html(const struct report *r, struct buf *b)
{
	static const char *const says[] = {"All that was asked was done, and is reproduced.",
					   "Something could not be built again.",
					   "Something differs.",
					   "Nothing differs, but less was done than asked."};
	const char *title = strcmp(r->head->mode, "peers") == 0 ? "Compared with peers"
								: "Rebuilt and compared";
	bool details = false;
	html_add(b,
		 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<title>%s · boot-hurd</title>\n<style>\n",
		 title);
	html_style(b);
	html_add(b,
		 "</style>\n</head>\n<body>\n<main class=\"wrap\">\n<h1>%s</h1>\n"
		 "<p class=\"lead\">%s</p>\n",
		 title, r->exit >= 0 && r->exit < 4 ? says[r->exit] : "");
	add_counts(r, b);
	html_add(b, "<p>%d outputs, coverage %f %%.</p>\n<dl class=\"facts\">\n", (int64_t)r->n,
		 r->coverage);
	add_fact(b, "boot-hurd", r->head->version);
	report_head_each(r->head, add_fact, b);
	html_add(b, "</dl>\n<h2>Outputs</h2>\n");
	html_table(b, "Output|Verdict|Hash|#Rebuilds took|Why");
	for (size_t i = 0; i < r->n; i++) {
		add_row(&r->rows[i], b);
		details |= *r->rows[i].detail != '\0';
	}
	html_table_end(b);
	if (details)
		html_add(b, "<h2>In detail</h2>\n");
	for (size_t i = 0; i < r->n; i++)
		add_detail(&r->rows[i], b);
	html_add(b, "</main>\n</body>\n</html>\n");
}
