/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan N: makes N synthetic derivations, each with up to four earlier ones as inputs, gives them
 * ids, lists the closure and schedules it. Prints milliseconds and the process's peak in KiB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/sys.h"
#include "drv/drv.h"
#include "sched/sched.h"

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, all = 0;
	struct arena a = ARENA_INIT;
	int64_t start = sys_monotonic_ns();
	const struct drv **nodes = calloc(n, sizeof *nodes);
	uint64_t *cost = calloc(n, sizeof *cost);
	if (!n || !nodes || !cost)
		return 1;
	srand(1);
	for (size_t i = 0; i < n; i++) {
		struct drv *d = arena_alloc(&a, sizeof *d);
		nodes[i] = d;
		d->name = arena_fmt(&a, "node-%zu", i);
		d->system = "i686-linux";
		d->ninputs = i < 4 ? i : 4;
		d->inputs = arena_array(&a, 4, sizeof *d->inputs);
		static const char *const as[] = {"a", "b", "c", "d"};
		for (size_t k = 0; k < d->ninputs; k++)
			d->inputs[k] = (struct drv_input){
			    as[k], nodes[i - 1 - (size_t)rand() % i % 1000 % i]};
		if (drv_set_id(d) < 0)
			return 1;
	}
	const struct drv **closure;
	struct sched *s;
	if (drv_closure(nodes, n, &closure, &all, NULL) < 0 || all != n ||
	    sched_new(closure, all, cost, &s) < 0)
		return 1;
	size_t node, done = 0;
	for (; sched_next(s, &node); done++)
		sched_done(s, node, true);
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("%lld %ld\n", (long long)(sys_monotonic_ns() - start) / 1000000, u.ru_maxrss);
	sched_free(s);
	free(closure);
	free(nodes);
	free(cost);
	arena_release(&a);
	return done != n;
}
