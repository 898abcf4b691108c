/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "json/value.h"
#include "pages/internal.h"

/* Who else built, and what they got, by the newest comparison of each output. */

enum { VOTES = 4 };
static const char *const WORDS[VOTES] = {"same", "other", "inherits", "failed"};

/* A key, and how often it said what. */
struct voter {
	struct view key, name; /* in the JSON, which outlives it */
	size_t counts[VOTES], first;
};

struct voters {
	struct voter *items; /* in the request's arena */
	size_t n, cap;
};

static struct voter *find(struct request *q, struct voters *v, struct view key)
{
	for (size_t i = 0; i < v->n; i++)
		if (view_eq(v->items[i].key, key))
			return &v->items[i];
	if (v->n == v->cap) {
		size_t cap = v->cap ? 2 * v->cap : 16;
		struct voter *items = arena_array(&q->arena, cap, sizeof *items);
		if (!items)
			return NULL;
		if (v->n)
			memcpy(items, v->items, v->n * sizeof *items);
		v->items = items;
		v->cap = cap;
	}
	char *copy = arena_fmt(&q->arena, "%.*s", (int)key.len, key.ptr ? key.ptr : "");
	if (!copy)
		return NULL;
	v->items[v->n] = (struct voter){.key = view_of(copy)};
	return &v->items[v->n++];
}

/* What the newest comparisons came to. */
struct comparisons {
	struct voters voters;
	size_t n;      /* outputs that were compared */
	size_t policy; /* for how many of them a quorum was asked for */
	size_t met;    /* and for how many it was reached */
};

/* Counts what DETAIL, the comparison of an output, says. */
static int count(struct request *q, struct comparisons *all, const char *detail)
{
	bool met;
	struct json_document *doc = NULL;
	all->n++;
	if (json_document_parse(view_of(detail), &doc, NULL) < 0)
		return 0;
	const struct json_value *root = json_document_root(doc);
	const struct json_value *votes = json_member(root, "votes");
	if (json_flag(json_member(root, "policy_met"), &met) == 0) {
		all->policy++;
		all->met += met;
	}
	int r = 0;
	for (size_t i = 0; r == 0 && i < json_count(votes); i++) {
		const struct json_value *v = json_item(votes, i);
		struct view key = json_text(json_member(v, "key"));
		struct view name = json_text(json_member(v, "builder"));
		struct voter *x = find(q, &all->voters, key);
		bool first = false;
		if (!x) {
			r = -ENOMEM;
			break;
		}
		if (name.len && !x->name.len) {
			char *copy = arena_fmt(&q->arena, "%.*s", (int)name.len, name.ptr);
			x->name = copy ? view_of(copy) : x->name;
		}
		for (size_t k = 0; k < VOTES; k++)
			x->counts[k] += view_is(json_text(json_member(v, "vote")), WORDS[k]);
		json_flag(json_member(v, "committed_first"), &first);
		x->first += first;
	}
	json_document_free(doc);
	return r;
}

int page_peers(struct request *q, const char *name)
{
	struct comparisons all = {0};
	const struct voters *voters = &all.voters;
	int r = 0;
	(void)name;
	for (size_t i = 0; r == 0 && i < q->m->n; i++)
		if (q->m->outputs[i].peers)
			r = count(q, &all, q->m->outputs[i].peers->detail);
	if (r < 0)
		return r;
	page_begin(q, "Peers", "peers");
	html_add(
	    q->b,
	    "<h1>Peers</h1>\n<p class=\"lead\">Others who built the same actions, by the key "
	    "that signed. Comparing moves no archives: a few hundred bytes an answer.</p>\n");
	if (!all.n)
		html_add(q->b,
			 "<p>Nothing has been compared with peers yet: <code>boot-hurd verify "
			 "--peers</code>.</p>\n");
	else
		html_add(q->b, "<dl class=\"facts\"><dt>Compared</dt><dd>%d outputs</dd>\n",
			 (int64_t)all.n);
	if (all.policy)
		html_add(q->b, "<dt>Quorum reached</dt><dd>for %d of %d</dd>\n",
			 (int64_t)all.met, (int64_t)all.policy);
	if (all.n)
		html_add(q->b, "</dl>\n");
	if (voters->n) {
		struct buf columns = BUF_INIT;
		buf_adds(&columns, "Key");
		for (size_t k = 0; k < VOTES; k++)
			buf_addf(&columns, "|#%s", WORDS[k]);
		buf_adds(&columns, "|#committed first");
		html_table(q->b, buf_str(&columns));
		buf_release(&columns);
	}
	for (size_t i = 0; i < voters->n; i++) {
		html_add(q->b, "<tr><th scope=\"row\">%v<br><code>%v</code></th>",
			 voters->items[i].name, voters->items[i].key);
		for (size_t k = 0; k < VOTES; k++)
			html_add(q->b, "<td class=\"num\">%d</td>",
				 (int64_t)voters->items[i].counts[k]);
		html_add(q->b, "<td class=\"num\">%d</td></tr>\n",
			 (int64_t)voters->items[i].first);
	}
	if (voters->n)
		html_table_end(q->b);
	page_end(q);
	return 0;
}
