/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sched/waste.h"

uint64_t waste_idle_ns(const struct waste_cost *cost, unsigned cores)
{
	uint64_t all = cost->wall_ns * cores;
	return cost->cpu_ns < all ? all - cost->cpu_ns : 0;
}

/* Puts step I in its place among the worst. */
static void rank(struct waste *w, const struct waste_cost *costs, unsigned cores, size_t i)
{
	enum { MAX = sizeof w->worst / sizeof *w->worst };
	size_t at = w->nworst;
	while (at > 0 &&
	       waste_idle_ns(&costs[w->worst[at - 1]], cores) < waste_idle_ns(&costs[i], cores))
		at--;
	if (at == MAX)
		return;
	if (w->nworst < MAX)
		w->nworst++;
	for (size_t k = w->nworst - 1; k > at; k--)
		w->worst[k] = w->worst[k - 1];
	w->worst[at] = i;
}

void waste_sum(const struct waste_cost *costs, const bool *critical, size_t n, unsigned cores,
	       struct waste *ret)
{
	*ret = (struct waste){0};
	for (size_t i = 0; i < n; i++) {
		ret->sum.wall_ns += costs[i].wall_ns;
		ret->sum.cpu_ns += costs[i].cpu_ns;
		if (!critical[i])
			continue;
		ret->critical_ns += costs[i].wall_ns;
		if (waste_idle_ns(&costs[i], cores))
			rank(ret, costs, cores, i);
	}
	ret->bound_ns = ret->sum.cpu_ns / cores;
	if (ret->critical_ns > ret->bound_ns)
		ret->bound_ns = ret->critical_ns;
}
