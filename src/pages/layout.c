/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages/layout.h"

#include <errno.h>
#include <graphviz/gvc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/late.h"
#include "sonames.h"

/* Loaded when it is first needed: see base/late.h. */
#define SYMBOLS(X) \
	X(agclose) \
	X(agedge) \
	X(agnode) \
	X(agopen) \
	X(agsafeset) \
	X(agseterr) \
	X(gvContext) \
	X(gvFreeLayout) \
	X(gvLayout) \
	X(Agdirected)
SYMBOLS(LATE_POINTER)
static const struct late_symbol symbols[] = {SYMBOLS(LATE_SYMBOL)};
static struct late library = LATE_INIT(SONAME_LIBGVC, symbols);

enum { CHAR_POINTS = 7, PAD_POINTS = 26, HEIGHT_POINTS = 26 };
/* Sets an attribute; Graphviz takes char * for what it does not change. */
static void set(void *object, const char *name, const char *value)
{
	sym_agsafeset(object, (char *)name, (char *)value, (char *)"");
}

/* Makes the graph. RET_NODES and RET_EDGES get its parts in the order of L's. */
static Agraph_t *make(struct layout *l, Agnode_t **ret_nodes, Agedge_t **ret_edges)
{
	char text[32];
	Agraph_t *g = sym_agopen((char *)"g", *sym_Agdirected, NULL);
	if (!g)
		return NULL;
	set(g, "rankdir", "TB");
	set(g, "nodesep", "0.18");
	set(g, "ranksep", "0.38");
	for (size_t i = 0; i < l->nnodes; i++) {
		snprintf(text, sizeof text, "n%zu", i);
		Agnode_t *n = ret_nodes[i] = sym_agnode(g, text, 1);
		set(n, "shape", "box");
		set(n, "label", "");
		set(n, "fixedsize", "true");
		snprintf(text, sizeof text, "%.3f",
			 ((double)strlen(l->nodes[i].label) * CHAR_POINTS + PAD_POINTS) /
			     (double)POINTS_PER_INCH);
		set(n, "width", text);
		snprintf(text, sizeof text, "%.3f", HEIGHT_POINTS / (double)POINTS_PER_INCH);
		set(n, "height", text);
	}
	for (size_t i = 0; i < l->nedges; i++) {
		ret_edges[i] = sym_agedge(g, ret_nodes[l->edges[i].from],
					  ret_nodes[l->edges[i].to], NULL, 1);
		set(ret_edges[i], "dir", "none");
	}
	return g;
}

/* Adds a point of G's plane, turned round: y grows downwards. */
static void add_point(struct buf *b, char command, const Agraph_t *g, pointf p)
{
	buf_addf(b, "%c%.1f %.1f", command, p.x, GD_bb(g).UR.y - p.y);
}

/* Reads where things are. */
static int read_places(struct layout *l, Agraph_t *g, Agnode_t **nodes, Agedge_t **edges)
{
	l->width = GD_bb(g).UR.x;
	l->height = GD_bb(g).UR.y;
	for (size_t i = 0; i < l->nnodes; i++) {
		struct layout_node *n = &l->nodes[i];
		n->x = ND_coord(nodes[i]).x;
		n->y = GD_bb(g).UR.y - ND_coord(nodes[i]).y;
		n->w = ND_width(nodes[i]) * POINTS_PER_INCH;
		n->h = ND_height(nodes[i]) * POINTS_PER_INCH;
	}
	for (size_t i = 0; i < l->nedges; i++) {
		struct buf b = BUF_INIT;
		const splines *s = ED_spl(edges[i]);
		for (int k = 0; s && k < (int)s->size; k++)
			for (int m = 0; m < (int)s->list[k].size; m++)
				add_point(&b,
					  m == 0   ? 'M'
					  : m == 1 ? 'C'
						   : ' ',
					  g, s->list[k].list[m]);
		l->edges[i].path = b.len ? buf_detach(&b) : NULL;
		if (b.len && !l->edges[i].path)
			return -ENOMEM;
		buf_release(&b);
	}
	return 0;
}

int layout_run(struct layout *l, struct fault *f)
{
	static GVC_t
	    *context; /* loads its plugins once; Graphviz keeps it for the whole process */
	int r = late_load(&library, f);
	if (r < 0)
		return r;
	if (!context)
		context = sym_gvContext();
	Agnode_t **nodes = calloc(l->nnodes + 1, sizeof(*nodes));
	Agedge_t **edges = calloc(l->nedges + 1, sizeof(*edges));
	sym_agseterr(AGMAX); /* nothing is printed */
	Agraph_t *g = context && nodes && edges ? make(l, nodes, edges) : NULL;
	r = g ? 0 : -ENOMEM;
	if (!g) {
		fault_set(f, r, "cannot lay out a graph:");
	} else if (sym_gvLayout(context, g, "dot") != 0) {
		r = ERR_CONFIG;
		fault_set(f, r,
			  "Graphviz cannot lay out a graph: is its plugin \"dot\" installed?");
	}
	if (r == 0) {
		r = read_places(l, g, nodes, edges);
		sym_gvFreeLayout(context, g);
	}
	if (g)
		sym_agclose(g);
	free(nodes);
	free(edges);
	return r;
}

void layout_release(struct layout *l)
{
	for (size_t i = 0; i < l->nedges; i++) {
		free(l->edges[i].path);
		l->edges[i].path = NULL;
	}
}
