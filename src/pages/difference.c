/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "json/value.h"
#include "pages/internal.h"

enum { LISTED = 1000, REPORT_MAX = 4 << 20 };

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
	if (json_text(json_member(v, "report")).len)
		html_add(q->b,
			 "<dt>Closer look</dt><dd><a href=\"%d.diffoscope.txt\">diffoscope's "
			 "report</a></dd>\n",
			 d.id);
	struct view kept = json_text(json_member(v, "kept"));
	if (kept.len)
		html_add(q->b, "<dt>Kept</dt><dd>the rebuilt tree, in <code>%v</code></dd>\n",
			 kept);
	html_add(q->b, "</dl>\n");
	add_files(q, json_member(v, "differences"));
	add_votes(q, json_member(v, "votes"));
	page_end(q);
	json_document_free(doc);
	return 0;
}

int page_diffoscope(struct request *q, const char *name)
{
	struct history_result d;
	struct json_document *doc = NULL;
	struct buf raw = BUF_INIT;
	size_t state = strlen(q->p->o.state);
	int r = find(q, name, &d);
	if (r < 0 || json_document_parse(view_of(d.detail), &doc, NULL) < 0)
		return ERR_MISSING;
	struct view path = json_text(json_member(json_document_root(doc), "report"));
	/* Below the store's folder only, whatever the history says. */
	char *text = path.len ? arena_fmt(&q->arena, "%.*s", (int)path.len, path.ptr) : NULL;
	bool ours = text && strncmp(text, q->p->o.state, state) == 0 && text[state] == '/';
	const char *real = ours ? page_path(q, text + state + 1) : NULL;
	r = real ? file_read(real, REPORT_MAX, &raw, NULL) : ERR_MISSING;
	if (r == 0)
		escape_add(q->b, buf_view(&raw), ESCAPE_LINES);
	buf_release(&raw);
	json_document_free(doc);
	return r < 0 ? ERR_MISSING : 0;
}
