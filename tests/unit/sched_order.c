/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of work: longest path first, failures skip what needs them, estimates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sched/sched.h"

enum { A, B, C, D, E, N };

/* b and c need a, d needs both; e stands alone. */
struct graph {
	struct drv drv[N];
	const struct drv *nodes[N];
	struct drv_input inputs[4];
};

static struct sched *make(struct graph *g, const uint64_t cost[N])
{
	struct sched *s = NULL;
	memset(g, 0, sizeof *g);
	for (size_t i = 0; i < N; i++)
		g->nodes[i] = &g->drv[i];
	g->inputs[0].drv = g->inputs[1].drv = &g->drv[A];
	g->inputs[2].drv = &g->drv[B];
	g->inputs[3].drv = &g->drv[C];
	g->drv[B].inputs = &g->inputs[0];
	g->drv[C].inputs = &g->inputs[1];
	g->drv[D].inputs = &g->inputs[2];
	g->drv[B].ninputs = g->drv[C].ninputs = 1;
	g->drv[D].ninputs = 2;
	assert_int_equal(sched_new(g->nodes, N, cost, &s), 0);
	return s;
}

static size_t next(struct sched *s)
{
	size_t node = N;
	assert_true(sched_next(s, &node));
	assert_int_equal(sched_state(s, node), SCHED_RUNNING);
	return node;
}

static void longest_path_first(void **state)
{
	(void)state;
	static const uint64_t cost[N] = {1, 2, 5, 1, 3};
	struct graph g;
	size_t none;
	struct sched *s = make(&g, cost);
	assert_int_equal(next(s), A);
	assert_int_equal(next(s), E);
	assert_false(sched_next(s, &none));
	sched_done(s, A, true);
	assert_int_equal(next(s), C);
	assert_int_equal(next(s), B);
	sched_done(s, B, true);
	assert_int_equal(sched_state(s, D), SCHED_WAITING);
	sched_done(s, C, true);
	assert_int_equal(sched_state(s, D), SCHED_READY);
	assert_int_equal(next(s), D);
	sched_done(s, D, true);
	assert_false(sched_finished(s));
	sched_done(s, E, true);
	assert_true(sched_finished(s));
	sched_free(s);
}

static void failure_skips_users(void **state)
{
	(void)state;
	static const uint64_t cost[N] = {1, 2, 5, 1, 3};
	struct graph g;
	struct sched *s = make(&g, cost);
	assert_int_equal(next(s), A);
	sched_done(s, A, true);
	assert_int_equal(next(s), C);
	sched_done(s, C, false);
	assert_int_equal(sched_state(s, C), SCHED_FAILED);
	assert_int_equal(sched_state(s, D), SCHED_SKIPPED);
	assert_int_equal(sched_state(s, B), SCHED_READY);
	assert_int_equal(next(s), B); /* as long a path as e's, and earlier in the list */
	assert_int_equal(next(s), E);
	sched_done(s, B, true);
	assert_int_equal(sched_state(s, D), SCHED_SKIPPED);
	sched_done(s, E, true);
	assert_true(sched_finished(s));
	assert_int_equal(sched_estimate_ns(s, 1), 0);
	sched_free(s);
}

static void a_skip_goes_all_the_way(void **state)
{
	(void)state;
	static const uint64_t cost[N] = {1, 1, 1, 1, 1};
	struct graph g;
	struct sched *s = make(&g, cost);
	assert_int_equal(next(s), A);
	sched_done(s, A, false);
	for (size_t i = B; i <= D; i++)
		assert_int_equal(sched_state(s, i), SCHED_SKIPPED);
	assert_int_equal(next(s), E);
	sched_done(s, E, true);
	assert_true(sched_finished(s));
	sched_free(s);
}

static void estimates(void **state)
{
	(void)state;
	static const uint64_t cost[N] = {1, 2, 5, 1, 3};
	static const size_t path[] = {A, C, D};
	size_t critical[N];
	struct graph g;
	struct sched *s = make(&g, cost);
	assert_int_equal(sched_estimate_ns(s, 1), 12);
	assert_int_equal(sched_estimate_ns(s, 2), 7);
	assert_int_equal(sched_critical_path(s, critical), 3);
	assert_memory_equal(critical, path, sizeof path);
	assert_int_equal(next(s), A);
	sched_done(s, A, true);
	assert_int_equal(sched_estimate_ns(s, 1), 11);
	assert_int_equal(sched_estimate_ns(s, 9), 6);
	sched_free(s);
}

static void unknown_costs(void **state)
{
	(void)state;
	static const uint64_t some[N] = {0, 2, 4, 0, 0}, none[N];
	struct graph g;
	struct sched *s = make(&g, some);
	assert_int_equal(sched_estimate_ns(s, 1), 15); /* the mean of 2 and 4 for the rest */
	sched_free(s);
	s = make(&g, none);
	assert_int_equal(sched_estimate_ns(s, 1), 5000000000);
	sched_free(s);
}

/* Inputs outside the list count as done; the same input twice is waited for twice. */
static void inputs_outside(void **state)
{
	(void)state;
	static const uint64_t cost[2] = {1, 1};
	struct drv other = {0}, a = {0}, b = {0};
	struct drv_input of_a = {.drv = &other}, of_b[2] = {{.drv = &a}, {.drv = &a}};
	const struct drv *nodes[] = {&a, &b};
	struct sched *s = NULL;
	size_t none;
	a.inputs = &of_a;
	a.ninputs = 1;
	b.inputs = of_b;
	b.ninputs = 2;
	assert_int_equal(sched_new(nodes, 2, cost, &s), 0);
	assert_int_equal(next(s), 0);
	assert_false(sched_next(s, &none));
	sched_done(s, 0, true);
	assert_int_equal(next(s), 1);
	sched_done(s, 1, true);
	assert_true(sched_finished(s));
	sched_free(s);
}

static void nothing(void **state)
{
	(void)state;
	struct sched *s = NULL;
	size_t none;
	assert_int_equal(sched_new(NULL, 0, NULL, &s), 0);
	assert_true(sched_finished(s));
	assert_false(sched_next(s, &none));
	assert_int_equal(sched_estimate_ns(s, 0), 0);
	assert_int_equal(sched_critical_path(s, &none), 0);
	sched_free(s);
	sched_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(longest_path_first),
	    cmocka_unit_test(failure_skips_users),
	    cmocka_unit_test(a_skip_goes_all_the_way),
	    cmocka_unit_test(estimates),
	    cmocka_unit_test(unknown_costs),
	    cmocka_unit_test(inputs_outside),
	    cmocka_unit_test(nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
