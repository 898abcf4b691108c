/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "pages/internal.h"

/* What all pages have: head, navigation, foot; and the pieces that several show. */

static void begin(struct request *q, const char *title, const char *part, bool live)
{
	static const struct {
		const char *part, *file, *text;
	} nav[] = {{"overview", "index.html", "Overview"},
		   {"outputs", "outputs.html", "Outputs"},
		   {"graph", "graph.html", "Graph"},
		   {"runs", "runs.html", "Runs"},
		   {"peers", "peers.html", "Peers"}};
	html_add(q->b,
		 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<title>%s · boot-hurd</title>\n"
		 "<link rel=\"stylesheet\" href=\"%hstyle.css\">\n"
		 "<link rel=\"icon\" href=\"%hbadge/all.svg\" type=\"image/svg+xml\">\n"
		 "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"New "
		 "differences\" href=\"%hfeed.atom\">\n",
		 title, q->up, q->up, q->up);
	if (live)
		html_add(q->b,
			 "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n"
			 "<script src=\"%hlive.js\" defer></script>\n",
			 q->up);
	html_add(q->b,
		 "</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
		 "<header class=\"site\"><div class=\"wrap\"><a class=\"brand\" "
		 "href=\"%hindex.html\">boot-hurd</a>\n<nav aria-label=\"Site\"><ul>",
		 q->up);
	for (size_t i = 0; i < sizeof nav / sizeof *nav; i++)
		html_add(q->b, "<li><a href=\"%h%h\"%h>%h</a></li>", q->up, nav[i].file,
			 strcmp(nav[i].part, part) == 0 ? " aria-current=\"page\"" : "",
			 nav[i].text);
	html_add(q->b, "</ul></nav></div></header>\n<main id=\"main\" class=\"wrap\">\n");
}

void page_begin(struct request *q, const char *title, const char *part)
{
	begin(q, title, part, false);
}

void page_begin_live(struct request *q, const char *title, const char *part)
{
	begin(q, title, part, true);
	q->page->fresh = true;
}

void page_end(struct request *q)
{
	html_add(
	    q->b,
	    "</main>\n<footer class=\"site\"><div class=\"wrap\"><p>boot-hurd %s. <a "
	    "href=\"%hfeed.atom\">Feed of new differences</a>, <a "
	    "href=\"%hapi/v1/status.json\">JSON</a> (<a "
	    "href=\"%hapi/v1/schema.json\">schema</a>). Times are UTC.</p></div></footer>\n"
	    "</body>\n</html>\n",
	    BOOT_HURD_VERSION, q->up, q->up, q->up);
}

void page_output_link(struct request *q, const char *output)
{
	/* Of what was only asked about (its sources, say) there is no page. */
	if (!model_find(q->m, output)) {
		html_add(q->b, "%s", output);
		return;
	}
	html_add(q->b, "<a href=\"%houtput/%s.html\">%s</a>", q->up, output, output);
}

bool page_number(const char *name, int64_t *ret)
{
	int64_t n = 0;
	size_t i = 0;
	for (; name[i] >= '0' && name[i] <= '9' && i < 18; i++)
		n = n * 10 + (name[i] - '0');
	*ret = n;
	return i && !name[i] && name[0] != '0';
}

bool page_part(const char *name, char stem[128], size_t *ret)
{
	int64_t n;
	const char *dash = strrchr(name, '-');
	if (!dash || dash == name || dash - name >= 128 || !page_number(dash + 1, &n) || n < 2)
		return false;
	memcpy(stem, name, (size_t)(dash - name));
	stem[dash - name] = '\0';
	*ret = (size_t)n;
	return true;
}

size_t page_parts(size_t n)
{
	return n ? (n - 1) / PART_ROWS + 1 : 1;
}

void page_pager(struct request *q, const char *first, const char *stem, size_t n, size_t part)
{
	size_t parts = page_parts(n);
	if (parts < 2)
		return;
	html_add(q->b, "<nav aria-label=\"Parts of the list of %s\"><ul class=\"parts\">",
		 stem);
	for (size_t i = 1; i <= parts; i++) {
		size_t end = i < parts ? i * PART_ROWS : n;
		html_add(q->b, "<li>");
		if (i == part)
			html_add(q->b, "<span aria-current=\"page\">");
		else if (i == 1)
			html_add(q->b, "<a href=\"%h%s\">", q->up, first);
		else
			html_add(q->b, "<a href=\"%h%s-%d.html\">", q->up, stem, (int64_t)i);
		html_add(q->b, "%d–%d%h</li>", (int64_t)((i - 1) * PART_ROWS + 1), (int64_t)end,
			 i == part ? "</span>" : "</a>");
	}
	html_add(q->b, "</ul></nav>\n");
}

const char *page_path(struct request *q, const char *rel)
{
	if (!*rel || !path_is_clean(view_of(rel)))
		return NULL;
	return arena_fmt(&q->arena, "%s/%s", q->p->o.state, rel);
}

void page_bar(struct request *q)
{
	double x = 0, total = q->m->n ? (double)q->m->n : 1;
	html_add(q->b, "<svg class=\"bar\" viewBox=\"0 0 1000 14\" "
		       "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	for (size_t i = 0; MODEL_WORDS[i]; i++) {
		double w = 1000.0 * (double)q->m->counts[i] / total;
		if (q->m->counts[i])
			html_add(q->b,
				 "<rect class=\"f-%h\" x=\"%f\" y=\"0\" width=\"%f\" "
				 "height=\"14\"/>",
				 MODEL_WORDS[i], x, w);
		x += w;
	}
	html_add(q->b, "</svg>\n<ul class=\"legend\">");
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		if (q->m->counts[i]) {
			html_add(q->b, "<li><a href=\"%houtputs.html#%h\">", q->up,
				 MODEL_WORDS[i]);
			html_verdict(q->b, MODEL_WORDS[i]);
			html_add(q->b, " <b>%d</b></a></li>", (int64_t)q->m->counts[i]);
		}
	html_add(q->b, "</ul>\n");
}

int page_style(struct request *q, const char *name)
{
	(void)name;
	html_style(q->b);
	return 0;
}

int page_script(struct request *q, const char *name)
{
	(void)name;
	static const char js[] = {
#include "live.inc"
	    0};
	buf_adds(q->b, js);
	return 0;
}
