/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCHED_WASTE_H
#define SCHED_WASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where a stretch of builds loses time. A stretch can take no less than its critical path, and no less
 * than its processor time shared out among all cores; what a step leaves idle is the cores that it does
 * not use for as long as it runs.
 */
struct waste_cost {
	uint64_t wall_ns;
	uint64_t cpu_ns; /* of all its processes */
};

struct waste {
	struct waste_cost sum; /* of all steps */
	uint64_t critical_ns;  /* wall time of the critical path */
	uint64_t bound_ns;     /* the larger of critical path and processor time / cores */
	size_t worst[5]; /* steps of the critical path that leave most idle, the most first */
	size_t nworst;
};

/* Returns the core-nanoseconds that a step of COST leaves idle on CORES cores. */
uint64_t waste_idle_ns(const struct waste_cost *cost, unsigned cores);
/* Adds up the N steps COSTS; CRITICAL tells which are on the critical path. */
void waste_sum(const struct waste_cost *costs, const bool *critical, size_t n, unsigned cores,
	       struct waste *ret);

#endif
