/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash/sha256.h"
#include "pages/internal.h"

/* Pictures of what is built from what. The verdicts are colours of a layout that is kept. */

enum { NODES_MAX = 400, NEAR_MAX = 24, LAYOUTS_MAX = 64 };

/* A layout that was made before: of the nodes and edges that KEY is the hash of. */
struct kept_layout {
	struct digest key;
	struct layout layout; /* its nodes and edges are owned */
};

struct layout_cache {
	struct kept_layout items[LAYOUTS_MAX];
	size_t n;
};

static void kept_release(struct kept_layout *k)
{
	layout_release(&k->layout);
	free(k->layout.nodes);
	free(k->layout.edges);
}

void page_layouts_free(struct layout_cache *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		kept_release(&c->items[i]);
	free(c);
}

/* Finds the edges between the nodes LIST that say something of their own. RET is malloc'd. */
static int find_edges(const struct model *m, const size_t *list, size_t n,
		      struct layout_edge **ret, size_t *ret_n)
{
	size_t total = 0, edges = 0;
	bool *in = calloc(m->n + 1, sizeof *in);
	size_t *place = calloc(m->n + 1, sizeof *place);
	bool *above = calloc(n * n + 1, sizeof *above); /* [i * n + k]: k is above i */
	for (size_t i = 0; in && place && i < n; i++) {
		in[list[i]] = true;
		place[list[i]] = i;
		total += m->outputs[list[i]].ninputs;
	}
	struct layout_edge *all = calloc(total + 1, sizeof *all);
	int r = in && place && above && all ? 0 : -ENOMEM;
	/* LIST is sorted by rank, so what is above is known first. */
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct model_output *o = &m->outputs[list[i]];
		for (size_t k = 0; k < o->ninputs; k++) {
			if (!in[o->inputs[k]])
				continue;
			size_t j = place[o->inputs[k]];
			above[i * n + j] = true;
			for (size_t x = 0; x < n; x++)
				above[i * n + x] |= above[j * n + x];
		}
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct model_output *o = &m->outputs[list[i]];
		for (size_t k = 0; k < o->ninputs; k++) {
			if (!in[o->inputs[k]])
				continue;
			size_t j = place[o->inputs[k]];
			bool implied = false;
			for (size_t x = 0; !implied && x < o->ninputs; x++)
				implied = x != k && in[o->inputs[x]] &&
					  above[place[o->inputs[x]] * n + j];
			if (!implied)
				all[edges++] = (struct layout_edge){.from = j, .to = i};
		}
	}
	free(in);
	free(place);
	free(above);
	if (r < 0) {
		free(all);
		return r;
	}
	*ret = all;
	*ret_n = edges;
	return 0;
}

static int by_rank(const void *a, const void *b, void *m)
{
	const struct model *model = m;
	const struct model_output *x = &model->outputs[*(const size_t *)a];
	const struct model_output *y = &model->outputs[*(const size_t *)b];
	return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank)
				  : strcmp(x->name, y->name);
}

/* Returns the key of a graph: its names and edges. */
static struct digest key_of(const struct model *m, const size_t *list, size_t n,
			    const struct layout_edge *edges, size_t nedges)
{
	struct buf b = BUF_INIT;
	struct digest d;
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s\n", m->outputs[list[i]].name);
	for (size_t i = 0; i < nedges; i++)
		buf_addf(&b, "%zu %zu\n", edges[i].from, edges[i].to);
	sha256_view(buf_view(&b), &d);
	buf_release(&b);
	return d;
}

/* Finds or makes the layout of the N outputs LIST, which is sorted here. */
static int lay_out(struct request *q, size_t *list, size_t n, const struct layout **ret)
{
	struct pages *p = q->p;
	struct kept_layout k = {0};
	if (!p->layouts)
		p->layouts = calloc(1, sizeof *p->layouts);
	if (!p->layouts) {
		fault_set(q->f, -ENOMEM, "cannot lay out a graph:");
		return -ENOMEM;
	}
	qsort_r(list, n, sizeof *list, by_rank, (void *)q->m);
	int r = find_edges(q->m, list, n, &k.layout.edges, &k.layout.nedges);
	if (r < 0) {
		fault_set(q->f, r, "cannot lay out a graph:");
		return r;
	}
	k.key = key_of(q->m, list, n, k.layout.edges, k.layout.nedges);
	for (size_t i = 0; i < p->layouts->n; i++)
		if (digest_eq(&p->layouts->items[i].key, &k.key)) {
			free(k.layout.edges);
			*ret = &p->layouts->items[i].layout;
			return 0;
		}
	k.layout.nnodes = n;
	k.layout.nodes = calloc(n + 1, sizeof *k.layout.nodes);
	if (!k.layout.nodes) {
		fault_set(q->f, -ENOMEM, "cannot lay out a graph:");
		kept_release(&k);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		k.layout.nodes[i].label = q->m->outputs[list[i]].name;
	r = layout_run(&k.layout, q->f);
	if (r < 0) {
		kept_release(&k);
		return r;
	}
	/* The names go with the model; who draws has its own. */
	for (size_t i = 0; i < n; i++)
		k.layout.nodes[i].label = NULL;
	if (p->layouts->n == LAYOUTS_MAX) {
		kept_release(&p->layouts->items[0]);
		memmove(p->layouts->items, p->layouts->items + 1,
			(LAYOUTS_MAX - 1) * sizeof *p->layouts->items);
		p->layouts->n--;
	}
	p->layouts->items[p->layouts->n] = k;
	*ret = &p->layouts->items[p->layouts->n++].layout;
	return 0;
}

/* Returns the colour of a verdict where no style sheet says otherwise. */
static const char *colour_of(const char *verdict)
{
	static const char *const colours[] = {"#1c6e42", "#3f6479", "#5f6368", "#66635d",
					      "#7a5a00", "#97490c", "#74318f", "#b01e30"};
	for (size_t i = 0; MODEL_WORDS[i]; i++)
		if (strcmp(MODEL_WORDS[i], verdict) == 0)
			return colours[i];
	return colours[3];
}

/* Draws the outputs LIST; HERE, one of them, is marked; SIZE_MAX: none. */
static void draw(struct request *q, const struct layout *l, const size_t *list, size_t n,
		 size_t here)
{
	html_add(
	    q->b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-6 -6 %d %d\" width=\"%d\" "
	    "height=\"%d\" role=\"group\" aria-label=\"What is built from what: %d outputs\">",
	    (int64_t)l->width + 12, (int64_t)l->height + 12, (int64_t)l->width + 12,
	    (int64_t)l->height + 12, (int64_t)n);
	html_add(q->b, "<g aria-hidden=\"true\">");
	for (size_t i = 0; i < l->nedges; i++)
		if (l->edges[i].path)
			html_add(q->b, "<path fill=\"none\" stroke=\"#8a857d\" d=\"%h\"/>",
				 l->edges[i].path);
	html_add(q->b, "</g>\n");
	for (size_t i = 0; i < n; i++) {
		const struct model_output *o = &q->m->outputs[list[i]];
		const struct layout_node *d = &l->nodes[i];
		html_add(
		    q->b,
		    "<a href=\"%houtput/%s.html\"%h aria-label=\"%s: %s\"><title>%s: %s</title>"
		    "<rect class=\"s-%h\" fill=\"#fff\" stroke=\"%h\" x=\"%f\" y=\"%f\" "
		    "width=\"%f\" height=\"%f\" rx=\"5\"/>"
		    "<text x=\"%f\" y=\"%f\" text-anchor=\"middle\" font-family=\"monospace\" "
		    "font-size=\"11.5\">%s</text></a>\n",
		    q->up, o->name, list[i] == here ? " class=\"here\"" : "", o->name,
		    o->verdict, o->name, o->verdict, o->verdict, colour_of(o->verdict),
		    d->x - d->w / 2, d->y - d->h / 2, d->w, d->h, d->x, d->y + 4, o->name);
	}
	html_add(q->b, "</svg>");
}

/* Lists what the whole graph shows: all, or when that is too much, what is not well and what leads there. */
static size_t choose(const struct model *m, size_t *list, bool *ret_part)
{
	size_t n = 0;
	*ret_part = m->n > NODES_MAX;
	for (size_t i = 0; i < m->n && n < NODES_MAX; i++)
		if (!*ret_part || strcmp(m->outputs[i].verdict, "differs") == 0 ||
		    strcmp(m->outputs[i].verdict, "failed") == 0)
			list[n++] = i;
	size_t bad = n;
	for (size_t i = 0; *ret_part && i < bad; i++)
		for (size_t k = 0; k < m->outputs[list[i]].ninputs && n < NODES_MAX; k++) {
			bool there = false;
			for (size_t x = 0; x < n; x++)
				there |= list[x] == m->outputs[list[i]].inputs[k];
			if (!there)
				list[n++] = m->outputs[list[i]].inputs[k];
		}
	return n;
}

/* Prepares the whole graph. */
static int whole(struct request *q, size_t **ret_list, size_t *ret_n, bool *ret_part,
		 const struct layout **ret)
{
	int r = model_edges(&q->p->model, q->p->s, &q->p->inputs, q->f);
	size_t *list =
	    r == 0 ? arena_array(&q->arena, q->m->n + NODES_MAX + 1, sizeof *list) : NULL;
	if (!list)
		return r < 0 ? r : -ENOMEM;
	*ret_n = choose(q->m, list, ret_part);
	*ret_list = list;
	*ret = NULL;
	return *ret_n ? lay_out(q, list, *ret_n, ret) : 0;
}

int page_graph(struct request *q, const char *name)
{
	const struct layout *l = NULL;
	size_t *list = NULL, n = 0;
	bool part = false;
	(void)name;
	int r = whole(q, &list, &n, &part, &l);
	if (r < 0 && r != ERR_CONFIG)
		return r;
	page_begin(q, "Graph", "graph");
	html_add(q->b, "<h1>What is built from what</h1>\n<p class=\"lead\">From the seed at "
		       "the top down. "
		       "Each box is an output; its frame is its verdict. Of the ways between "
		       "two boxes the "
		       "longest are drawn.</p>\n");
	page_bar(q);
	if (r == ERR_CONFIG)
		html_add(q->b, "<p>The graph cannot be drawn: %s.</p>\n",
			 q->f ? q->f->what : "");
	if (part)
		html_add(q->b,
			 "<p>%d outputs are too many for one picture. These are the ones that "
			 "differ or "
			 "failed, with what they are built from; the page of each output shows "
			 "what is "
			 "around it.</p>\n",
			 (int64_t)q->m->n);
	if (l && n) {
		html_add(
		    q->b,
		    "<div><input type=\"radio\" name=\"zoom\" id=\"z-fit\"><label "
		    "class=\"zoomlabel\" for=\"z-fit\">Fit the width</label><input "
		    "type=\"radio\" "
		    "name=\"zoom\" id=\"z-100\" checked><label class=\"zoomlabel\" "
		    "for=\"z-100\">100 %%</label><input type=\"radio\" name=\"zoom\" "
		    "id=\"z-200\"><label class=\"zoomlabel\" for=\"z-200\">200 %%</label> <a "
		    "href=\"graph.svg\">as a file</a>\n<div class=\"graph\" tabindex=\"0\" "
		    "role=\"region\" aria-label=\"The graph\">\n");
		draw(q, l, list, n, SIZE_MAX);
		html_add(q->b, "</div></div>\n");
	}
	page_end(q);
	return 0;
}

int page_graph_svg(struct request *q, const char *name)
{
	const struct layout *l = NULL;
	size_t *list = NULL, n = 0;
	bool part = false;
	(void)name;
	int r = whole(q, &list, &n, &part, &l);
	if (r < 0)
		return r == ERR_CONFIG ? ERR_MISSING : r;
	if (!l)
		return ERR_MISSING;
	draw(q, l, list, n, SIZE_MAX);
	return 0;
}

/* Adds output I to LIST unless it is there. */
static size_t add_once(size_t *list, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (list[k] == i)
			return n;
	list[n] = i;
	return n + 1;
}

int page_neighbourhood(struct request *q, const struct model_output *o)
{
	const struct layout *l = NULL;
	size_t list[2 * NEAR_MAX + 2], n = 0;
	n = add_once(list, n, (size_t)(o - q->m->outputs));
	for (size_t i = 0; i < o->ninputs && i < NEAR_MAX; i++)
		n = add_once(list, n, o->inputs[i]);
	for (size_t i = 0; i < o->nusers && i < NEAR_MAX; i++)
		n = add_once(list, n, o->users[i]);
	if (n < 2)
		return 0;
	int r = lay_out(q, list, n, &l);
	if (r == ERR_CONFIG)
		return 0;
	if (r < 0)
		return r;
	html_add(q->b,
		 "<h2>Around it</h2>\n<div class=\"graph\" tabindex=\"0\" role=\"region\" "
		 "aria-label=\"What it is built from and what is built from it\">\n");
	draw(q, l, list, n, (size_t)(o - q->m->outputs));
	html_add(q->b, "</div>\n");
	return 0;
}
