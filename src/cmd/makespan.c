/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/makespan.h"

#include <errno.h>
#include <stdlib.h>

#include "cmd/format.h"
#include "cmd/print.h"
#include "sched/simulate.h"

enum { MADE = 10000 };

static int print_table(const struct drv *const *nodes, size_t n, const uint64_t *ns)
{
	static const unsigned machines[] = {1, 2, 4, 16, 64};
	print_out("%8s %14s %14s %8s\n", "machines", "makespan", "bound", "ratio");
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		struct simulated s;
		char makespan[32], bound[32];
		if (simulate(nodes, n, ns, machines[i], &s) < 0)
			return -ENOMEM;
		format_time(s.makespan_ns, makespan);
		format_time(s.bound_ns, bound);
		print_out("%8u %14s %14s %8.3f\n", machines[i], makespan, bound,
			  s.bound_ns ? (double)s.makespan_ns / (double)s.bound_ns : 1.0);
	}
	return 0;
}

int makespan_print(const struct drv *const *nodes, size_t n, const uint64_t *ns)
{
	struct arena a = ARENA_INIT;
	const struct drv **made = NULL;
	uint64_t *cost = NULL, *known = calloc(n + 1, sizeof *known);
	size_t nknown = 0;
	for (size_t i = 0; known && i < n; i++)
		if (ns[i])
			known[nknown++] = ns[i];
	print_out("these %zu steps, of which %zu have been timed:\n", n, nknown);
	int r = known ? print_table(nodes, n, ns) : -ENOMEM;
	if (r == 0)
		r = simulate_make(&a, MADE, known, nknown, &made, &cost);
	if (r == 0) {
		print_out("\na made graph of %d steps%s:\n", MADE,
			  nknown ? " with these times" : "");
		r = print_table(made, MADE, cost);
	}
	free(known);
	arena_release(&a);
	return r;
}
