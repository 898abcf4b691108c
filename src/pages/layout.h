/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_LAYOUT_H
#define PAGES_LAYOUT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Where the nodes and edges of a graph stand, found by Graphviz's library, whose types stay in layout.c. */

struct layout_node {
	const char *label; /* ASCII; its width counts */
	double x, y, w, h; /* filled in: centre and size, points; y grows downwards */
};

struct layout_edge {
	size_t from, to; /* nodes; from stands above */
	char *path;      /* filled in: an SVG path; owned */
};

struct layout {
	struct layout_node *nodes; /* the caller's */
	size_t nnodes;
	struct layout_edge *edges; /* the caller's; paths are owned by the layout */
	size_t nedges;
	double width, height; /* filled in: points */
};

/* Finds the places. ERR_CONFIG: Graphviz cannot be used here. One thread at a time. */
int layout_run(struct layout *l, struct fault *f);
/* Frees the paths of the edges. */
void layout_release(struct layout *l);

#endif
