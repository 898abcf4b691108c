/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sched/simulate.h"

#include <errno.h>
#include <stdlib.h>

#include "sched/sched.h"

/* A machine at work. */
struct running {
	uint64_t end_ns;
	size_t node;
};

/* Returns which of the N running ends first. */
static size_t first_end(const struct running *r, size_t n)
{
	size_t at = 0;
	for (size_t i = 1; i < n; i++)
		if (r[i].end_ns < r[at].end_ns)
			at = i;
	return at;
}

int simulate(const struct drv *const *nodes, size_t n, const uint64_t *cost_ns,
	     unsigned machines, struct simulated *ret)
{
	struct sched *s = NULL;
	struct running *busy = calloc((size_t)machines + 1, sizeof *busy);
	int r = busy ? sched_new(nodes, n, cost_ns, &s) : -ENOMEM;
	if (r < 0) {
		free(busy);
		return r;
	}
	uint64_t now = 0;
	size_t nbusy = 0, node;
	ret->bound_ns = sched_estimate_ns(s, machines);
	while (!sched_finished(s)) {
		while (nbusy < machines && sched_next(s, &node))
			busy[nbusy++] = (struct running){now + sched_cost_ns(s, node), node};
		size_t at = first_end(busy, nbusy);
		now = busy[at].end_ns;
		sched_done(s, busy[at].node, true);
		busy[at] = busy[--nbusy];
	}
	ret->makespan_ns = now;
	sched_free(s);
	free(busy);
	return 0;
}

/* The next of a row of numbers that look random: a linear congruence, its upper half. */
static uint32_t draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 32);
}

int simulate_make(struct arena *a, size_t n, const uint64_t *times_ns, size_t ntimes,
		  const struct drv ***ret_nodes, uint64_t **ret_cost)
{
	enum { INPUTS = 4, NEAR = 400, SECOND = 1000000000 };
	uint64_t state = 1;
	struct drv *drvs = arena_array(a, n + 1, sizeof *drvs);
	const struct drv **nodes = arena_array(a, n + 1, sizeof *nodes);
	struct drv_input *inputs = arena_array(a, n + 1, INPUTS * sizeof *inputs);
	uint64_t *cost = arena_array(a, n + 1, sizeof *cost);
	if (!drvs || !nodes || !inputs || !cost)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		size_t near = i < NEAR ? i : NEAR, want = draw(&state) % (INPUTS + 1);
		nodes[i] = &drvs[i];
		drvs[i].inputs = &inputs[i * INPUTS];
		for (size_t k = 0; near && k < want; k++) {
			/* one in eight from anywhere */
			size_t back = draw(&state) % 8 ? near : i;
			size_t in = i - 1 - draw(&state) % back;
			drvs[i].inputs[drvs[i].ninputs++].drv = &drvs[in];
		}
		cost[i] = ntimes ? times_ns[draw(&state) % ntimes]
				 : (uint64_t)SECOND << draw(&state) % 11;
	}
	*ret_nodes = nodes;
	*ret_cost = cost;
	return 0;
}
