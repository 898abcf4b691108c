/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sched/sched.h"

#include <errno.h>
#include <stdlib.h>

struct node {
	uint64_t cost; /* expected nanoseconds */
	uint64_t path; /* of the longest chain of users, this node included */
	size_t *users; /* nodes that need this one; a slice of sched.edges */
	size_t nusers;
	size_t blocked;         /* inputs that are not done */
	enum sched_state state; /* where it stands */
};

struct sched {
	struct node *nodes;
	size_t n;
	size_t *edges; /* room for all users lists */
	size_t *heap;  /* ready nodes, longest path on top */
	size_t nheap;
	size_t running; /* handed out and not done */
	uint64_t left;  /* cost of all that is not done */
};

static const uint64_t SECOND = 1000000000;

/* Returns whether node A should be handed out before B: longer path, then earlier in the list. */
static bool before(const struct sched *s, size_t a, size_t b)
{
	if (s->nodes[a].path != s->nodes[b].path)
		return s->nodes[a].path > s->nodes[b].path;
	return a < b;
}

static void heap_push(struct sched *s, size_t node)
{
	size_t i = s->nheap++;
	while (i && before(s, node, s->heap[(i - 1) / 2])) {
		s->heap[i] = s->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	s->heap[i] = node;
}

static size_t heap_pop(struct sched *s)
{
	size_t top = s->heap[0], last = s->heap[--s->nheap], i = 0;
	for (;;) {
		size_t kid = 2 * i + 1;
		if (kid >= s->nheap)
			break;
		if (kid + 1 < s->nheap && before(s, s->heap[kid + 1], s->heap[kid]))
			kid++;
		if (!before(s, s->heap[kid], last))
			break;
		s->heap[i] = s->heap[kid];
		i = kid;
	}
	s->heap[i] = last;
	return top;
}

static void make_ready(struct sched *s, size_t node)
{
	s->nodes[node].state = SCHED_READY;
	heap_push(s, node);
}

/* Fills users, blocked and path. */
static int link_nodes(struct sched *s, const struct drv *const *nodes)
{
	struct drv_places places;
	int r = drv_places_init(&places, nodes, s->n);
	if (r < 0) {
		drv_places_release(&places);
		return r;
	}
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < nodes[i]->ninputs; k++) {
			size_t in = drv_place(&places, nodes[i]->inputs[k].drv);
			if (in < s->n)
				s->nodes[in].nusers++;
		}
	size_t *room = s->edges;
	for (size_t i = 0; i < s->n; i++) {
		s->nodes[i].users = room;
		room += s->nodes[i].nusers;
		s->nodes[i].nusers = 0;
	}
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < nodes[i]->ninputs; k++) {
			size_t in = drv_place(&places, nodes[i]->inputs[k].drv);
			if (in >= s->n || !s->nodes[in].users)
				continue;
			struct node *p = &s->nodes[in];
			p->users[p->nusers++] = i;
			s->nodes[i].blocked++;
		}
	for (size_t i = s->n; i-- > 0;) {
		uint64_t longest = 0;
		for (size_t k = 0; k < s->nodes[i].nusers; k++) {
			uint64_t path = s->nodes[s->nodes[i].users[k]].path;
			if (path > longest)
				longest = path;
		}
		s->nodes[i].path = longest + s->nodes[i].cost;
	}
	drv_places_release(&places);
	return 0;
}

/* Fills the costs; unknown ones get the mean of the known. */
static void set_costs(struct sched *s, const uint64_t *cost)
{
	uint64_t sum = 0, known = 0;
	for (size_t i = 0; i < s->n; i++)
		if (cost[i]) {
			sum += cost[i];
			known++;
		}
	uint64_t mean = known ? sum / known : SECOND;
	for (size_t i = 0; i < s->n; i++) {
		s->nodes[i].cost = cost[i] ? cost[i] : mean;
		s->left += s->nodes[i].cost;
	}
}

int sched_new(const struct drv *const *nodes, size_t n, const uint64_t *cost_ns,
	      struct sched **ret)
{
	size_t edges = 0;
	for (size_t i = 0; i < n; i++)
		edges += nodes[i]->ninputs;
	struct sched *s = calloc(1, sizeof *s);
	if (!s)
		return -ENOMEM;
	s->n = n;
	s->nodes = calloc(n + 1, sizeof *s->nodes);
	s->edges = calloc(edges + 1, sizeof *s->edges);
	s->heap = calloc(n + 1, sizeof *s->heap);
	int r = s->nodes && s->edges && s->heap ? 0 : -ENOMEM;
	if (r == 0)
		set_costs(s, cost_ns);
	if (r == 0)
		r = link_nodes(s, nodes);
	if (r < 0) {
		sched_free(s);
		return r;
	}
	for (size_t i = 0; i < n; i++)
		if (!s->nodes[i].blocked)
			make_ready(s, i);
	*ret = s;
	return 0;
}

void sched_free(struct sched *s)
{
	if (!s)
		return;
	free(s->nodes);
	free(s->edges);
	free(s->heap);
	free(s);
}

bool sched_next(struct sched *s, size_t *ret_node)
{
	if (!s->nheap)
		return false;
	*ret_node = heap_pop(s);
	s->nodes[*ret_node].state = SCHED_RUNNING;
	s->running++;
	return true;
}

/*
 * Marks all that need NODE as skipped. The nodes to visit are kept in the tail of the heap's room,
 * which is free: a waiting node is never in the heap.
 */
static void skip_users(struct sched *s, size_t node)
{
	size_t *stack = s->heap + s->n, *top = stack;
	*--top = node;
	while (top < stack) {
		struct node *p = &s->nodes[*top++];
		for (size_t k = 0; k < p->nusers; k++) {
			struct node *u = &s->nodes[p->users[k]];
			if (u->state != SCHED_WAITING)
				continue;
			u->state = SCHED_SKIPPED;
			s->left -= u->cost;
			*--top = p->users[k];
		}
	}
}

void sched_done(struct sched *s, size_t node, bool ok)
{
	struct node *p = &s->nodes[node];
	s->running--;
	s->left -= p->cost;
	p->state = ok ? SCHED_OK : SCHED_FAILED;
	if (!ok) {
		skip_users(s, node);
		return;
	}
	for (size_t k = 0; k < p->nusers; k++) {
		struct node *u = &s->nodes[p->users[k]];
		if (--u->blocked == 0 && u->state == SCHED_WAITING)
			make_ready(s, p->users[k]);
	}
}

enum sched_state sched_state(const struct sched *s, size_t node)
{
	return s->nodes[node].state;
}

uint64_t sched_cost_ns(const struct sched *s, size_t node)
{
	return s->nodes[node].cost;
}

bool sched_finished(const struct sched *s)
{
	return !s->nheap && !s->running;
}

static bool is_open(const struct node *p)
{
	return p->state == SCHED_WAITING || p->state == SCHED_READY ||
	       p->state == SCHED_RUNNING;
}

uint64_t sched_estimate_ns(const struct sched *s, unsigned jobs)
{
	uint64_t longest = 0;
	for (size_t i = 0; i < s->n; i++)
		if (is_open(&s->nodes[i]) && s->nodes[i].path > longest)
			longest = s->nodes[i].path;
	uint64_t share = s->left / (jobs ? jobs : 1);
	return longest > share ? longest : share;
}

size_t sched_critical_path(const struct sched *s, size_t *ret)
{
	size_t at = s->n, n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (at == s->n || s->nodes[i].path > s->nodes[at].path)
			at = i;
	while (at < s->n) {
		ret[n++] = at;
		size_t next = s->n;
		for (size_t k = 0; k < s->nodes[at].nusers; k++) {
			size_t u = s->nodes[at].users[k];
			if (next == s->n || s->nodes[u].path > s->nodes[next].path)
				next = u;
		}
		at = next;
	}
	return n;
}
