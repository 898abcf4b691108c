/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "json/value.h"
#include "pages/internal.h"

enum { LISTED = 1000, REPORT_MAX = 8 << 20 };

bool page_is_difference(const struct history_result *r)
{
	return strcmp(r->verdict, "differs") == 0 && strcmp(r->mode, "roots") != 0;
}

/* Finds the difference NAME is the number of. */
static int find(struct request *q, const char *name, struct history_result *ret)
{
	int64_t id;
	if (!page_number(name, &id))
		return ERR_MISSING;
	int r = history_result(q->p->s, &q->arena, id, ret);
	return r == 0 && !page_is_difference(ret) ? ERR_MISSING : r;
}

/* Adds the axes that caused it. */
static void add_axes(struct request *q, const struct json_value *axes)
{
	html_add(q->b, "<dt>Caused by</dt><dd>");
	if (!json_count(axes))
		html_add(q->b, "nothing that was varied: it differs by itself");
	for (size_t i = 0; i < json_count(axes); i++)
		html_add(q->b, "%hvarying <b>%v</b>", i ? ", " : "",
			 json_text(json_item(axes, i)));
	html_add(q->b, "</dd>\n");
}

/* Adds the table of files. */
static void add_files(struct request *q, const struct json_value *list)
{
	size_t n = json_count(list);
	if (!n)
		return;
	html_add(q->b, "<h2>%d %h differ</h2>\n", (int64_t)n, n == 1 ? "file" : "files");
	html_table(q->b, "File|Kind|How");
	for (size_t i = 0; i < n && i < LISTED; i++) {
		const struct json_value *d = json_item(list, i);
		html_add(
		    q->b,
		    "<tr><th scope=\"row\"><code>%v</code></th><td>%v</td><td>%v</td></tr>\n",
		    json_text(json_member(d, "path")), json_text(json_member(d, "kind")),
		    json_text(json_member(d, "detail")));
	}
	html_table_end(q->b);
	if (n > LISTED)
		html_add(q->b, "<p>… and %d more.</p>\n", (int64_t)(n - LISTED));
}

/* Adds who says what. */
static void add_votes(struct request *q, const struct json_value *votes)
{
	if (!json_count(votes))
		return;
	html_add(q->b, "<h2>Who got what</h2>\n");
	html_table(q->b, "Key|Says|Object");
	for (size_t i = 0; i < json_count(votes); i++) {
		const struct json_value *v = json_item(votes, i);
		html_add(q->b,
			 "<tr><th scope=\"row\">%v <code>%v</code></th><td>%v</td><td><code "
			 "class=\"hash\">%v</code></td></tr>\n",
			 json_text(json_member(v, "builder")), json_text(json_member(v, "key")),
			 json_text(json_member(v, "vote")),
			 json_text(json_member(v, "object")));
	}
	html_table_end(q->b);
}

/*
 * Returns the path of diffoscope's report in V, which is about a difference, with END in place of ".txt"; NULL: there
 * is none. It is below the store's folder, whatever the history says.
 */
static const char *report_path(struct request *q, const struct json_value *v, const char *end)
{
	size_t state = strlen(q->p->o.state);
	struct view path = json_text(json_member(v, "report"));
	if (path.len < 4 || memcmp(path.ptr + path.len - 4, ".txt", 4) != 0)
		return NULL;
	const char *text = arena_fmt(&q->arena, "%.*s%s", (int)path.len - 4, path.ptr, end);
	bool ours = text && strncmp(text, q->p->o.state, state) == 0 && text[state] == '/';
	const char *real = ours ? page_path(q, text + state + 1) : NULL;
	return real && file_exists(real, NULL) > 0 ? real : NULL;
}

/* Reads the report that ends in END about the difference NAME. 0, ERR_MISSING, ERR_LIMIT (it is too long). */
static int read_report(struct request *q, const char *name, const char *end, struct buf *ret)
{
	struct history_result d;
	struct json_document *doc = NULL;
	int r = find(q, name, &d);
	if (r < 0 || json_document_parse(view_of(d.detail), &doc, NULL) < 0)
		return ERR_MISSING;
	const char *path = report_path(q, json_document_root(doc), end);
	r = path ? file_read(path, REPORT_MAX, ret, NULL) : ERR_MISSING;
	json_document_free(doc);
	return r == 0 || r == ERR_LIMIT ? r : ERR_MISSING;
}

/* Adds links to diffoscope's reports about difference ID, whose detail is V. */
static void add_reports(struct request *q, const struct json_value *v, int64_t id)
{
	bool html = report_path(q, v, ".html"), text = report_path(q, v, ".txt");
	if (!html && !text)
		return;
	html_add(q->b, "<dt>Closer look</dt><dd>diffoscope's report");
	if (html)
		html_add(q->b, ", <a href=\"%d.diffoscope.html\">as a page</a>", id);
	if (text)
		html_add(q->b, ", <a href=\"%d.diffoscope.txt\">as text</a>", id);
	html_add(q->b, "</dd>\n");
}

/* Adds diffoscope's page about difference ID in a frame that may do nothing. */
static void add_frame(struct request *q, const struct json_value *v, int64_t id)
{
	if (report_path(q, v, ".html"))
		html_add(q->b,
			 "<h2>What diffoscope sees</h2>\n<iframe class=\"report\" sandbox "
			 "title=\"diffoscope's report\" loading=\"lazy\" "
			 "src=\"%d.diffoscope.html\"></iframe>\n",
			 id);
}

int page_difference(struct request *q, const char *name)
{
	struct history_result d;
	struct json_document *doc = NULL;
	int r = find(q, name, &d);
	if (r < 0)
		return r;
	if (json_document_parse(view_of(d.detail), &doc, NULL) < 0)
		doc = NULL;
	const struct json_value *v = doc ? json_document_root(doc) : NULL;
	const struct model_output *o = model_find(q->m, d.output);
	page_begin(q, arena_fmt(&q->arena, "%s differs", d.output), "outputs");
	html_add(
	    q->b,
	    "<h1>%s differs</h1>\n<p class=\"lead\">This step is the culprit: the same action, "
	    "another output.</p>\n<dl class=\"facts\">\n<dt>Output</dt><dd>",
	    d.output);
	page_output_link(q, d.output);
	html_add(q->b, "</dd>\n<dt>Found</dt><dd>");
	html_time(q->b, d.ended_ns);
	html_add(q->b, ", %h, <a href=\"%hrun/%d.html\">run %d</a></dd>\n",
		 strcmp(d.mode, "peers") == 0 ? "by comparing with peers" : "by a rebuild here",
		 q->up, d.run, d.run);
	if (strcmp(d.mode, "peers") != 0)
		add_axes(q, json_member(v, "axes"));
	html_add(q->b, "<dt>In the store</dt><dd>");
	html_hash(q->b, &d.object, true);
	html_add(q->b, "</dd>\n<dt>%h</dt><dd>",
		 strcmp(d.mode, "peers") == 0 ? "Others have" : "Rebuilt");
	html_hash(q->b, &d.other, true);
	html_add(q->b, "</dd>\n");
	struct view on = json_text(json_member(v, "stands_on"));
	if (on.len)
		html_add(q->b,
			 "<dt>Stands on</dt><dd><a href=\"%houtput/%v.html\">%v</a>, which "
			 "differs as well</dd>\n",
			 q->up, on, on);
	if (o && o->built.log && *o->built.log)
		html_add(q->b,
			 "<dt>Log</dt><dd><a href=\"%hlog/%s.txt\">log of the build</a></dd>\n",
			 q->up, d.output);
	add_reports(q, v, d.id);
	struct view kept = json_text(json_member(v, "kept"));
	if (kept.len)
		html_add(q->b, "<dt>Kept</dt><dd>the rebuilt tree, in <code>%v</code></dd>\n",
			 kept);
	html_add(q->b, "</dl>\n");
	add_files(q, json_member(v, "differences"));
	add_votes(q, json_member(v, "votes"));
	add_frame(q, v, d.id);
	page_end(q);
	json_document_free(doc);
	return 0;
}

int page_diffoscope(struct request *q, const char *name)
{
	struct buf raw = BUF_INIT;
	int r = read_report(q, name, ".txt", &raw);
	if (r == ERR_LIMIT)
		buf_adds(q->b, "(the report is too long to be shown here)\n");
	else if (r == 0)
		escape_add(q->b, buf_view(&raw), ESCAPE_LINES);
	buf_release(&raw);
	return r == ERR_LIMIT ? 0 : r;
}

/*
 * diffoscope's page as it is. It shows bytes that somebody may have made for whoever looks at it, so it is a document
 * of its own, never a part of ours, and its policy stands before all of it.
 */
int page_diffoscope_html(struct request *q, const char *name)
{
	struct buf raw = BUF_INIT;
	int r = read_report(q, name, ".html", &raw);
	if (r == ERR_MISSING)
		return r;
	q->page->foreign = true;
	html_add(q->b,
		 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n",
		 PAGES_FOREIGN_POLICY);
	if (r == 0)
		buf_addv(q->b, buf_view(&raw));
	else if (r == ERR_LIMIT)
		buf_adds(q->b, "<title>diffoscope</title><p>The report is too long.</p>\n");
	buf_release(&raw);
	return r == ERR_LIMIT ? 0 : r;
}
