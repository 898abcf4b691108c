/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCHED_SIMULATE_H
#define SCHED_SIMULATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "drv/drv.h"

/*
 * How long a graph takes on so many machines, one step at a time on each, when steps are handed out as
 * sched.h says and take what they took before. What goes to and fro between machines is not counted.
 */
struct simulated {
	uint64_t makespan_ns; /* from the first start to the last end */
	uint64_t
	    bound_ns; /* nothing can be faster: the larger of critical path and work / machines */
};

/* Simulates the N derivations NODES and their costs, as sched_new takes them. 0 or -ENOMEM. */
int simulate(const struct drv *const *nodes, size_t n, const uint64_t *cost_ns,
	     unsigned machines, struct simulated *ret);

/*
 * Makes a graph of N steps in A, always the same one for the same arguments: each step needs up to four of
 * those before it, most of them near. Times are drawn from the NTIMES in TIMES_NS (none: between one second
 * and 17 minutes). 0 or -ENOMEM.
 */
int simulate_make(struct arena *a, size_t n, const uint64_t *times_ns, size_t ntimes,
		  const struct drv ***ret_nodes, uint64_t **ret_cost);

#endif
