/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "json/value.h"
#include "pages/internal.h"

/* What stands beside the verdicts on outputs: where roots meet, sources that left, what plans watch. */

enum { ROOTS_MAX = 64 };

/* Parses what was found about R; NULL when it cannot be read. */
static struct json_document *detail_of(const struct history_result *r)
{
	struct json_document *doc = NULL;
	return json_document_parse(view_of(r->detail), &doc, NULL) == 0 ? doc : NULL;
}

/* ---- roots ---- */

/* Adds the row of one part, R; TRUSTS and N collect each root's line once. */
static void add_part(struct request *q, const struct history_result *r,
		     const struct json_value *v)
{
	const struct json_value *cells = json_member(v, "recipes");
	html_add(q->b, "<tr><th scope=\"row\">%s</th><td>", r->output);
	html_verdict(q->b, r->verdict);
	html_add(q->b, "</td><td>");
	for (size_t i = 0; i < json_count(cells); i++) {
		const struct json_value *c = json_item(cells, i);
		struct view hex = json_text(json_member(c, "object"));
		struct digest d;
		bool differs = false;
		json_flag(json_member(c, "differs"), &differs);
		html_add(q->b, "%h%v: ", i ? "<br>" : "", json_text(json_member(c, "root")));
		if (hex.len && digest_parse_hex(hex, &d) == 0)
			html_hash(q->b, &d, false);
		else
			html_add(q->b, "<span class=\"soft\">not built</span>");
		html_add(q->b, "%h <span class=\"soft\">%v</span>",
			 differs ? " <b>differs</b>" : "", json_text(json_member(c, "recipe")));
	}
	html_add(q->b, "</td><td>");
	html_time(q->b, r->ended_ns);
	html_add(q->b, ", <a href=\"%hrun/%d.html\">run %d</a></td></tr>\n", q->up, r->run,
		 r->run);
}

/* Adds what each root that V's part has takes on trust, unless it is among the N texts SEEN. */
static void add_trusts(struct request *q, const struct json_value *v, const char **seen,
		       size_t *n)
{
	const struct json_value *cells = json_member(v, "recipes");
	for (size_t i = 0; i < json_count(cells) && *n < ROOTS_MAX; i++) {
		const struct json_value *c = json_item(cells, i);
		char *root = arena_strv(&q->arena, json_text(json_member(c, "root")));
		bool known = !root;
		for (size_t k = 0; !known && k < *n; k++)
			known = strcmp(seen[k], root) == 0;
		if (known)
			continue;
		seen[(*n)++] = root;
		html_add(q->b, "<li>Root <b>%s</b> trusts %v</li>\n", root,
			 json_text(json_member(c, "trusts")));
	}
}

int page_roots(struct request *q)
{
	struct history_result *all;
	const char *seen[ROOTS_MAX];
	size_t n = 0, nseen = 0;
	int r = history_standing(q->p->s, &q->arena, "roots", &all, &n, q->f);
	if (r < 0 || !n)
		return r;
	html_add(q->b, "<h2 id=\"roots\">Where independent roots of trust meet</h2>\n");
	html_table(q->b, "Part|Verdict|Made from|Looked at");
	for (size_t i = 0; i < n; i++) {
		struct json_document *doc = detail_of(&all[i]);
		add_part(q, &all[i], doc ? json_document_root(doc) : NULL);
		json_document_free(doc);
	}
	html_table_end(q->b);
	html_add(q->b, "<ul>\n");
	for (size_t i = 0; i < n; i++) {
		struct json_document *doc = detail_of(&all[i]);
		add_trusts(q, doc ? json_document_root(doc) : NULL, seen, &nseen);
		json_document_free(doc);
	}
	html_add(q->b, "</ul>\n");
	return 0;
}

/* ---- sources ---- */

/* Adds the sources of R that are not where they were pinned any more. */
static void add_departed(struct request *q, const struct history_result *r)
{
	struct json_document *doc = detail_of(r);
	const struct json_value *list =
	    doc ? json_member(json_document_root(doc), "sources") : NULL;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_value *s = json_item(list, i);
		const struct json_value *versions = json_member(s, "versions");
		struct view state = json_text(json_member(s, "state"));
		if (!view_is(state, "left") && !view_is(state, "other"))
			continue;
		html_add(q->b, "<tr><th scope=\"row\">");
		page_output_link(q, r->output);
		html_add(q->b, "</th><td>%v</td><td>%h</td><td>",
			 json_text(json_member(s, "uri")),
			 view_is(state, "left") ? "left the archive" : "has other bytes there");
		for (size_t k = 0; k < json_count(versions); k++)
			html_add(q->b, "%h%v", k ? ", " : "",
				 json_text(json_item(versions, k)));
		html_add(q->b, "</td><td>");
		html_time(q->b, r->ended_ns);
		html_add(q->b, "</td></tr>\n");
	}
	json_document_free(doc);
}

int page_departed(struct request *q)
{
	struct history_result *all;
	size_t n = 0;
	bool any = false;
	int r = history_standing(q->p->s, &q->arena, "source", &all, &n, q->f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (strcmp(all[i].verdict, "left") != 0 && strcmp(all[i].verdict, "other") != 0)
			continue;
		if (!any) {
			html_add(q->b, "<h2 id=\"sources\">Sources that left Debian's "
				       "archive</h2>\n");
			html_table(q->b,
				   "Output|Pinned|What became of it|It has now|Looked at");
		}
		any = true;
		add_departed(q, &all[i]);
	}
	if (any)
		html_table_end(q->b);
	return r;
}

/* ---- triggers ---- */

int page_triggers(struct request *q)
{
	struct history_trigger *t;
	size_t n = 0;
	int r = history_triggers(q->p->s, &q->arena, NULL, &t, &n, q->f);
	if (r < 0 || !n)
		return r;
	html_add(q->b, "<h2 id=\"triggers\">What plans watch beside the clock</h2>\n");
	html_table(q->b, "Plan|Watches|Asked|Found");
	for (size_t i = 0; i < n; i++) {
		html_add(q->b, "<tr><th scope=\"row\">%s</th><td>%s</td><td>", t[i].plan,
			 t[i].watch);
		html_time(q->b, t[i].asked_ns);
		html_add(q->b, "</td><td>");
		if (t[i].failures)
			html_add(q->b, "no answer, %d in a row: %s", (int64_t)t[i].failures,
				 t[i].error);
		else
			html_add(q->b, "%s%h", *t[i].cause ? t[i].cause : "nothing to do",
				 *t[i].pending ? "; a run is to come" : "");
		html_add(q->b, "</td></tr>\n");
	}
	html_table_end(q->b);
	return 0;
}
