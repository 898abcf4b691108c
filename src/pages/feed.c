/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "pages/internal.h"

/* The Atom feed of new differences, and badges. */

enum { ENTRIES = 50, BADGE_CHAR = 7, BADGE_PAD = 12 };

int page_feed(struct request *q, const char *name)
{
	struct history_change *c;
	size_t n = 0, shown = 0;
	(void)name;
	int r = history_changes(q->p->s, &q->arena, 0, 20 * ENTRIES, &c, &n, q->f);
	if (r < 0)
		return r;
	html_add(q->b,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed "
		 "xmlns=\"http://www.w3.org/2005/Atom\">\n<title>boot-hurd: new "
		 "differences</title>\n"
		 "<id>urn:boot-hurd:differences</id>\n<link rel=\"self\" "
		 "href=\"feed.atom\"/>\n<link "
		 "href=\"index.html\"/>\n<author><name>boot-hurd</name></author>\n<updated>");
	html_rfc3339(q->b, n ? c[0].at_ns : 0);
	html_add(q->b, "</updated>\n");
	for (size_t i = 0; i < n && shown < ENTRIES; i++) {
		if (strcmp(c[i].now, "differs") != 0)
			continue;
		shown++;
		bool roots = strcmp(c[i].mode, "roots") == 0;
		html_add(
		    q->b,
		    "<entry><title>%s differs</title><id>urn:boot-hurd:change:%d</id><link "
		    "href=\"",
		    c[i].output, c[i].id);
		if (roots)
			html_add(q->b, "index.html#roots");
		else
			html_add(q->b, "difference/%d.html", c[i].result);
		html_add(q->b, "\"/><updated>");
		html_rfc3339(q->b, c[i].at_ns);
		html_add(q->b,
			 "</updated><summary>%s, found by %h in run %d; it was %s.</summary>"
			 "</entry>\n",
			 c[i].output,
			 strcmp(c[i].mode, "peers") == 0 ? "comparing with peers"
			 : roots                         ? "comparing roots of trust"
							 : "a rebuild",
			 c[i].run, *c[i].was ? c[i].was : "not known");
	}
	html_add(q->b, "</feed>\n");
	return 0;
}

int page_badge(struct request *q, const char *name)
{
	static const char *const colours[] = {"#1c6e42", "#3f6479", "#5f6368", "#66635d",
					      "#7a5a00", "#97490c", "#74318f", "#b01e30"};
	const char *left = name, *right = "unchecked", *colour = colours[3];
	if (strcmp(name, "all") == 0) {
		left = "reproduced";
		right = arena_fmt(&q->arena, "%zu of %zu", q->m->counts[0], q->m->n);
		colour = q->m->counts[7] || q->m->counts[6]      ? colours[7]
			 : q->m->n && q->m->counts[0] == q->m->n ? colours[0]
								 : colours[4];
	} else {
		const struct model_output *o = model_find(q->m, name);
		if (!o)
			return ERR_MISSING;
		right = o->verdict;
		for (size_t i = 0; MODEL_WORDS[i]; i++)
			if (strcmp(MODEL_WORDS[i], right) == 0)
				colour = colours[i];
	}
	if (!right)
		return -ENOMEM;
	int64_t a = (int64_t)strlen(left) * BADGE_CHAR + BADGE_PAD;
	int64_t b = (int64_t)strlen(right) * BADGE_CHAR + BADGE_PAD;
	html_add(
	    q->b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" role=\"img\" "
	    "aria-label=\"%s: %s\"><title>%s: %s</title><rect rx=\"3\" width=\"%d\" "
	    "height=\"20\" fill=\"#3a3835\"/><path d=\"M%d 0h%dq3 0 3 3v14q0 3-3 3h-%dz\" "
	    "fill=\"%h\"/><g fill=\"#fff\" font-family=\"DejaVu Sans,Verdana,sans-serif\" "
	    "font-size=\"11\" text-anchor=\"middle\"><text x=\"%d\" y=\"14\">%s</text><text "
	    "x=\"%d\" y=\"14\">%s</text></g></svg>\n",
	    a + b, left, right, left, right, a + b, a, b - 3, b - 3, colour, a / 2, left,
	    a + b / 2, right);
	return 0;
}
