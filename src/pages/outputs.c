/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "json/value.h"
#include "pages/internal.h"

enum { PAST = 30, LOG_MAX = 4 << 20 };

/* ---- all ---- */

/* Adds the row of O. */
static void add_row(struct request *q, const struct model_output *o)
{
	html_add(q->b, "<tr><th scope=\"row\">");
	page_output_link(q, o->name);
	html_add(q->b, "</th><td>");
	html_hash(q->b, &o->built.object, false);
	html_add(q->b, "</td><td class=\"num\">");
	html_bytes(q->b, o->built.file_size);
	html_add(q->b, "</td><td class=\"num\">");
	html_duration(q->b, o->built.wall_ns);
	html_add(q->b, "</td><td>");
	html_time(q->b, o->rebuild ? o->rebuild->ended_ns : o->peers ? o->peers->ended_ns : 0);
	html_add(q->b, "</td></tr>\n");
}

/* Adds part PART of the outputs whose verdict is MODEL_WORDS[W]. */
static void add_part(struct request *q, size_t w, size_t part)
{
	const char *word = MODEL_WORDS[w];
	const char *first = arena_fmt(&q->arena, "outputs.html#%s", word);
	const char *stem = arena_fmt(&q->arena, "outputs/%s", word);
	size_t from = (part - 1) * PART_ROWS, k = 0;
	html_table(q->b, "Output|Object|#Size|#Built in|Checked");
	for (size_t i = 0; i < q->m->n && k < from + PART_ROWS; i++)
		if (strcmp(q->m->outputs[i].verdict, word) == 0 && k++ >= from)
			add_row(q, &q->m->outputs[i]);
	html_table_end(q->b);
	if (first && stem)
		page_pager(q, first, stem, q->m->counts[w], part);
}

int page_outputs(struct request *q, const char *name)
{
	(void)name;
	page_begin(q, "Outputs", "outputs");
	html_add(q->b, "<h1>%d outputs</h1>\n", (int64_t)q->m->n);
	page_bar(q);
	for (size_t w = MODEL_VERDICTS; w-- > 0;) {
		if (!q->m->counts[w])
			continue;
		html_add(q->b, "<h2 id=\"%h\">", MODEL_WORDS[w]);
		html_verdict(q->b, MODEL_WORDS[w]);
		html_add(q->b, " <span class=\"soft\">%d</span></h2>\n",
			 (int64_t)q->m->counts[w]);
		add_part(q, w, 1);
	}
	page_end(q);
	return 0;
}

int page_outputs_more(struct request *q, const char *name)
{
	char word[128];
	size_t part, w = 0;
	if (!page_part(name, word, &part))
		return ERR_MISSING;
	while (MODEL_WORDS[w] && strcmp(MODEL_WORDS[w], word) != 0)
		w++;
	if (!MODEL_WORDS[w] || part > page_parts(q->m->counts[w]))
		return ERR_MISSING;
	page_begin(q, arena_fmt(&q->arena, "Outputs: %s, part %zu", word, part), "outputs");
	html_add(q->b, "<h1>");
	html_verdict(q->b, word);
	html_add(
	    q->b, " <span class=\"soft\">%d to %d of %d</span></h1>\n",
	    (int64_t)((part - 1) * PART_ROWS + 1),
	    (int64_t)(part < page_parts(q->m->counts[w]) ? part * PART_ROWS : q->m->counts[w]),
	    (int64_t)q->m->counts[w]);
	add_part(q, w, part);
	page_end(q);
	return 0;
}

/* ---- one ---- */

/* Begins a fact. */
static void fact(struct request *q, const char *name)
{
	html_add(q->b, "<dt>%h</dt><dd>", name);
}

static void fact_end(struct request *q)
{
	html_add(q->b, "</dd>\n");
}

/* Adds what the recipe says: summary, homepage, licence. */
static void add_about(struct request *q, const struct json_value *about)
{
	static const char *const names[][2] = {
	    {"homepage", "Homepage"}, {"license", "Licence"}, {"recipe", "Recipe"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct view t = json_text(json_member(about, names[i][0]));
		if (!t.len)
			continue;
		fact(q, names[i][1]);
		bool link = i == 0 && (view_skip(&(struct view){t.ptr, t.len}, "https://") ||
				       view_skip(&(struct view){t.ptr, t.len}, "http://"));
		if (link)
			html_add(q->b, "<a rel=\"nofollow noreferrer\" href=\"%v\">%v</a>", t,
				 t);
		else
			html_add(q->b, "%v", t);
		fact_end(q);
	}
}

/* Adds the verdicts that stand. */
static void add_standing(struct request *q, const struct model_output *o)
{
	const struct history_result *both[] = {o->rebuild, o->peers};
	static const char *const names[] = {"Rebuilt here", "Compared with peers"};
	for (size_t i = 0; i < 2; i++) {
		const struct history_result *r = both[i];
		fact(q, names[i]);
		if (!r) {
			html_add(q->b, "<span class=\"soft\">never</span>");
			fact_end(q);
			continue;
		}
		html_verdict(q->b, r->verdict);
		html_add(q->b, " ");
		html_time(q->b, r->ended_ns);
		html_add(q->b, ", <a href=\"%hrun/%d.html\">run %d</a>", q->up, r->run, r->run);
		if (strcmp(r->verdict, "differs") == 0)
			html_add(q->b, ", <a href=\"%hdifference/%d.html\">the difference</a>",
				 q->up, r->id);
		struct json_document *doc = NULL;
		if (json_document_parse(view_of(r->detail), &doc, NULL) == 0) {
			struct view on =
			    json_text(json_member(json_document_root(doc), "stands_on"));
			struct view error =
			    json_text(json_member(json_document_root(doc), "error"));
			if (on.len)
				html_add(q->b,
					 "; stands on <a href=\"%houtput/%v.html\">%v</a>",
					 q->up, on, on);
			if (error.len)
				html_add(q->b, "<br>%v", error);
		}
		json_document_free(doc);
		fact_end(q);
	}
}

/* Adds links to the attestations that the publication has about the action. */
static void add_attestations(struct request *q, const struct model_output *o)
{
	char hex[DIGEST_HEX + 1];
	size_t n = 0;
	struct strlist files = STRLIST_INIT;
	digest_hex(&o->built.action, hex);
	const char *dir = q->p->o.publication ? arena_fmt(&q->arena, "%s/attestations/%s",
							  q->p->o.publication, hex)
					      : NULL;
	fact(q, "Attestations");
	int there = dir ? file_exists(dir, NULL) : 0;
	if (there > 0 && file_list(dir, &files, NULL) < 0)
		there = -EIO;
	if (there > 0)
		for (size_t i = 0; i < files.n; i++)
			html_add(q->b, "%h<a href=\"%hattestations/%h/%s\" download>%s</a>",
				 n++ ? "<br>" : "", q->up, hex, files.items[i], files.items[i]);
	if (!n)
		html_add(q->b, "<span class=\"soft\">%s</span>",
			 there < 0 ? "cannot be read" : "none published");
	fact_end(q);
	strlist_release(&files);
}

/* Adds a list of outputs. */
static void add_list(struct request *q, const size_t *list, size_t n)
{
	if (!n)
		html_add(q->b, "<span class=\"soft\">none</span>");
	for (size_t i = 0; i < n; i++) {
		html_add(q->b, i ? ", " : "");
		page_output_link(q, q->m->outputs[list[i]].name);
	}
}

/* Adds the sources: pins from the derivation, addresses from the recipe. */
static void add_sources(struct request *q, const struct model_output *o,
			const struct json_value *about)
{
	struct buf json = BUF_INIT;
	struct json_document *doc = NULL;
	if (store_drv_json(q->p->s, &o->drv, &json) == 0)
		json_document_parse(buf_view(&json), &doc, NULL);
	const struct json_value *list =
	    doc ? json_member(json_document_root(doc), "sources") : NULL;
	if (json_count(list)) {
		html_add(q->b, "<h2>Sources</h2>\n");
		html_table(q->b, "Stands at|Pin|From");
		for (size_t i = 0; i < json_count(list); i++) {
			const struct json_value *s = json_item(list, i);
			struct view as = json_text(json_member(s, "as"));
			char *name =
			    arena_fmt(&q->arena, "%.*s", (int)as.len, as.ptr ? as.ptr : "");
			const struct json_value *uris =
			    name ? json_member(json_member(about, "uris"), name) : NULL;
			html_add(q->b,
				 "<tr><th scope=\"row\"><code>%v</code></th><td><code "
				 "class=\"hash\">%v</code></td><td>",
				 as, json_text(json_member(s, "pin")));
			for (size_t k = 0; k < json_count(uris); k++)
				html_add(q->b, "%h%v", k ? "<br>" : "",
					 json_text(json_item(uris, k)));
			html_add(q->b, "</td></tr>\n");
		}
		html_table_end(q->b);
	}
	json_document_free(doc);
	buf_release(&json);
}

/* Adds what runs found out about O, newest first. */
static int add_past(struct request *q, const struct model_output *o)
{
	struct history_result *all;
	size_t n = 0;
	int r = history_results_of(q->p->s, &q->arena, o->name, PAST, &all, &n, q->f);
	if (r < 0 || !n)
		return r;
	html_add(q->b, "<h2>Over time</h2>\n");
	html_table(q->b, "When|Run|What|Verdict|Object|#Took");
	for (size_t i = 0; i < n; i++) {
		const struct history_result *x = &all[i];
		html_add(q->b, "<tr><td>");
		html_time(q->b, x->started_ns);
		html_add(q->b, "</td><td><a href=\"%hrun/%d.html\">%d</a></td><td>%s</td><td>",
			 q->up, x->run, x->run, x->mode);
		page_result_cells(q, x);
	}
	html_table_end(q->b);
	return 0;
}

int page_output(struct request *q, const char *name)
{
	struct json_document *doc = NULL;
	const struct model_output *o = model_find(q->m, name);
	if (!o)
		return ERR_MISSING;
	int r = model_edges(&q->p->model, q->p->s, &q->p->inputs, q->f);
	if (r < 0)
		return r;
	const char *text = history_about(q->p->s, &q->arena, &o->drv);
	if (text)
		json_document_parse(view_of(text), &doc, NULL);
	const struct json_value *about = doc ? json_document_root(doc) : NULL;
	struct view summary = json_text(json_member(about, "summary"));
	page_begin(q, name, "outputs");
	html_add(q->b, "<h1>%s</h1>\n", name);
	if (summary.len)
		html_add(q->b, "<p class=\"lead\">%v</p>\n", summary);
	html_add(q->b, "<dl class=\"facts\">\n");
	fact(q, "Verdict");
	html_verdict(q->b, o->verdict);
	fact_end(q);
	add_standing(q, o);
	fact(q, "Object");
	html_hash(q->b, &o->built.object, true);
	fact_end(q);
	fact(q, "Action");
	html_hash(q->b, &o->built.action, true);
	fact_end(q);
	fact(q, "Built");
	html_time(q->b, o->built.started_ns);
	html_add(q->b, ", in ");
	html_duration(q->b, o->built.wall_ns);
	html_add(q->b, ", at most ");
	html_bytes(q->b, o->built.max_rss);
	html_add(q->b, " of memory; the output has ");
	html_bytes(q->b, o->built.file_size);
	if (o->built.log && *o->built.log)
		html_add(q->b, "; <a href=\"%hlog/%s.txt\">log</a>", q->up, name);
	fact_end(q);
	add_attestations(q, o);
	fact(q, "Built from");
	add_list(q, o->inputs, o->ninputs);
	fact_end(q);
	fact(q, "Used by");
	add_list(q, o->users, o->nusers);
	fact_end(q);
	add_about(q, about);
	fact(q, "Badge");
	html_add(q->b, "<img src=\"%hbadge/%s.svg\" alt=\"%s: %s\" height=\"20\">", q->up, name,
		 name, o->verdict);
	fact_end(q);
	html_add(q->b, "</dl>\n");
	r = page_neighbourhood(q, o);
	add_sources(q, o, about);
	if (r == 0)
		r = add_past(q, o);
	page_end(q);
	json_document_free(doc);
	return r;
}

int page_log(struct request *q, const char *name)
{
	const struct model_output *o = model_find(q->m, name);
	const char *path =
	    o && o->built.log && *o->built.log ? page_path(q, o->built.log) : NULL;
	struct buf raw = BUF_INIT;
	if (!path)
		return ERR_MISSING;
	int r = file_read(path, LOG_MAX, &raw, NULL);
	if (r == ERR_LIMIT)
		buf_adds(q->b, "(the log is too long to be shown here)\n");
	else if (r == 0)
		escape_add(q->b, buf_view(&raw), ESCAPE_LINES);
	buf_release(&raw);
	return r == ERR_LIMIT ? 0 : r < 0 ? ERR_MISSING : 0;
}
