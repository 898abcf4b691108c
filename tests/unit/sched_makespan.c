/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rule "longest path first" makes of several machines, beside what nothing can beat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "sched/simulate.h"

enum { STEPS = 10000 };
static const unsigned MACHINES[] = {1, 2, 4, 16, 64};

/* Fails when a graph takes more than 1.1 times its bound on any number of machines. */
static void check(const struct drv *const *nodes, const uint64_t *cost)
{
	for (size_t i = 0; i < sizeof MACHINES / sizeof *MACHINES; i++) {
		struct simulated s;
		assert_int_equal(simulate(nodes, STEPS, cost, MACHINES[i], &s), 0);
		print_message("%u machines: %.3f times the bound\n", MACHINES[i],
			      (double)s.makespan_ns / (double)s.bound_ns);
		assert_true(s.makespan_ns >= s.bound_ns);
		assert_true(s.makespan_ns / 11 <= s.bound_ns / 10);
	}
}

static void near_the_bound(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	const struct drv **nodes;
	uint64_t *cost;
	assert_int_equal(simulate_make(&a, STEPS, NULL, 0, &nodes, &cost), 0);
	check(nodes, cost);
	arena_release(&a);
}

/* Times as a chain of compilers has them: most are short, a few take hours. */
static void near_the_bound_with_giants(void **state)
{
	(void)state;
	static const uint64_t s = 1000000000;
	const uint64_t times[] = {s,      s,      2 * s,  3 * s,   5 * s,   8 * s,
				  13 * s, 21 * s, 60 * s, 120 * s, 900 * s, 3600 * s};
	struct arena a = ARENA_INIT;
	const struct drv **nodes;
	uint64_t *cost;
	assert_int_equal(
	    simulate_make(&a, STEPS, times, sizeof times / sizeof *times, &nodes, &cost), 0);
	check(nodes, cost);
	arena_release(&a);
}

/* Four steps of 3, 3, 2 and 2 that need nothing: 10 of work, on two machines 5, on three 4. */
static void by_hand(void **state)
{
	(void)state;
	struct drv drvs[4] = {{.ninputs = 0}};
	const struct drv *nodes[4] = {&drvs[0], &drvs[1], &drvs[2], &drvs[3]};
	const uint64_t cost[4] = {3, 3, 2, 2};
	struct simulated s;
	assert_int_equal(simulate(nodes, 4, cost, 1, &s), 0);
	assert_int_equal(s.makespan_ns, 10);
	assert_int_equal(simulate(nodes, 4, cost, 2, &s), 0);
	assert_int_equal(s.makespan_ns, 5);
	assert_int_equal(simulate(nodes, 4, cost, 3, &s), 0);
	assert_int_equal(s.makespan_ns, 4);
	assert_int_equal(s.bound_ns, 3);
	struct drv_input one = {.drv = &drvs[0]};
	drvs[3].inputs = &one;
	drvs[3].ninputs = 1;
	assert_int_equal(simulate(nodes, 4, cost, 64, &s), 0);
	assert_int_equal(s.makespan_ns, 5);
	assert_int_equal(s.bound_ns, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(near_the_bound),
	    cmocka_unit_test(near_the_bound_with_giants),
	    cmocka_unit_test(by_hand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
