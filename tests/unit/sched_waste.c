/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a stretch of builds loses time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sched/waste.h"

static void idle(void **state)
{
	(void)state;
	assert_int_equal(waste_idle_ns(&(struct waste_cost){100, 150}, 2), 50);
	/* Clocks are not exact. */
	assert_int_equal(waste_idle_ns(&(struct waste_cost){100, 201}, 2), 0);
	assert_int_equal(waste_idle_ns(&(struct waste_cost){0, 0}, 2), 0);
}

static void sums(void **state)
{
	(void)state;
	static const struct waste_cost costs[] = {{10, 5}, {20, 40}, {30, 90}};
	static const bool critical[] = {true, false, true};
	struct waste w;
	waste_sum(costs, critical, 3, 4, &w);
	assert_int_equal(w.sum.wall_ns, 60);
	assert_int_equal(w.sum.cpu_ns, 135);
	assert_int_equal(w.critical_ns, 40);
	assert_int_equal(w.bound_ns, 40);
	waste_sum(costs, critical, 3, 2, &w);
	assert_int_equal(w.bound_ns, 67);
}

static void worst(void **state)
{
	(void)state;
	static const struct waste_cost costs[] = {{10, 10}, {70, 70}, {30, 30}, {90, 180},
						  {50, 50}, {60, 60}, {20, 20}, {99, 0}};
	static const bool critical[] = {true, true, true, true, true, true, true, false};
	static const size_t expected[] = {1, 5, 4, 2, 6};
	struct waste w;
	waste_sum(costs, critical, 8, 2, &w);
	assert_int_equal(w.nworst, 5);
	assert_memory_equal(w.worst, expected, sizeof expected);
	waste_sum(costs, critical, 1, 2, &w);
	assert_int_equal(w.nworst, 1);
	waste_sum(costs, critical, 0, 2, &w);
	assert_int_equal(w.nworst, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(idle),
	    cmocka_unit_test(sums),
	    cmocka_unit_test(worst),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
