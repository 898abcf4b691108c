/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <errno.h>
#include <stdlib.h>

#include "base/vec.h"

/* A depth-first walk with a stack of its own, so that a chain of any length is fine. */
struct node {
	const struct drv *drv;
	size_t next; /* the input to look at next */
	size_t up;   /* index + 1 of the node that led here, 0 for a root */
	bool done;   /* in the list */
};

struct walk {
	struct node *nodes; /* in the order met; owned */
	size_t n, cap;
	struct drv_places met;   /* where each stands in nodes */
	const struct drv **list; /* the answer; owned until handed over */
	size_t nlist, list_cap;
};

/* Puts D on the stack, below it the node UP. Returns 0 or -ENOMEM. */
static int enter(struct walk *w, const struct drv *d, size_t up)
{
	struct node *p = vec_grow(w->nodes, &w->cap, w->n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	w->nodes = p;
	w->nodes[w->n++] = (struct node){d, 0, up, false};
	return drv_places_add(&w->met, d);
}

static int leave(struct walk *w, size_t at)
{
	const struct drv **p = vec_grow(w->list, &w->list_cap, w->nlist + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	w->list = p;
	w->list[w->nlist++] = w->nodes[at].drv;
	w->nodes[at].done = true;
	return 0;
}

/* Names the cycle that closes when node AT takes the node TO above it as an input. */
static int cycle(const struct walk *w, size_t at, size_t to, struct fault *f)
{
	enum { SHOWN = 12 }; /* names shown of a long cycle */
	struct buf b = BUF_INIT;
	const char *names[SHOWN];
	size_t n = 0, more = 0;
	for (size_t i = at;; i = w->nodes[i].up - 1) {
		if (n < SHOWN)
			names[n++] = w->nodes[i].drv->name;
		else
			more++;
		if (i == to)
			break;
	}
	buf_adds(&b, w->nodes[to].drv->name);
	if (more > 1)
		buf_addf(&b, " -> (%zu more)", more - 1);
	for (size_t i = n - (more ? 0 : 1); i-- > 0;)
		buf_addf(&b, " -> %s", names[i]);
	buf_addf(&b, " -> %s", w->nodes[to].drv->name);
	int r = fault_set(f, ERR_SYNTAX, "recipes need each other in a cycle: %s", buf_str(&b));
	buf_release(&b);
	return r;
}

/* Lists what is reachable from ROOT and not in the list yet. */
static int walk_from(struct walk *w, const struct drv *root, struct fault *f)
{
	if (drv_place(&w->met, root) < w->n)
		return 0; /* every walk ends with all nodes done */
	int r = enter(w, root, 0);
	size_t at = w->n - 1;
	while (r == 0) {
		struct node *nd = &w->nodes[at];
		if (nd->next == nd->drv->ninputs) {
			size_t up = nd->up;
			r = leave(w, at);
			if (!up)
				break;
			at = up - 1;
			continue;
		}
		const struct drv *in = nd->drv->inputs[nd->next++].drv;
		size_t place = drv_place(&w->met, in);
		if (place == w->n) {
			r = enter(w, in, at + 1);
			at = w->n - 1;
		} else if (!w->nodes[place].done) {
			return cycle(w, at, place, f);
		}
	}
	return r < 0 ? fault_set(f, r, "cannot order the derivations:") : 0;
}

int drv_closure(const struct drv *const *roots, size_t n, const struct drv ***ret,
		size_t *ret_n, struct fault *f)
{
	struct walk w = {0};
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = walk_from(&w, roots[i], f);
	free(w.nodes);
	drv_places_release(&w.met);
	if (r < 0) {
		free(w.list);
		return r;
	}
	*ret = w.list;
	*ret_n = w.nlist;
	return 0;
}
