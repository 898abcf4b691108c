/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash map: it keeps what is put, in the order of insertion, and compares keys as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"

static void empty(void **state)
{
	(void)state;
	struct map m = MAP_INIT;
	assert_null(map_get(&m, view_of("a")));
	assert_null(map_find(&m, (struct view){NULL, 0}));
	map_release(&m);
	map_release(&m);
}

static void put_and_replace(void **state)
{
	(void)state;
	struct map m = MAP_INIT;
	int a = 0, b = 0;
	assert_int_equal(map_put(&m, view_of("key"), &a), 1);
	assert_ptr_equal(map_get(&m, view_of("key")), &a);
	assert_int_equal(map_put(&m, view_of("key"), &b), 0);
	assert_ptr_equal(map_get(&m, view_of("key")), &b);
	assert_int_equal(m.n, 1);
	map_find(&m, view_of("key"))->value = &a;
	assert_ptr_equal(map_get(&m, view_of("key")), &a);
	map_release(&m);
}

static void keys_are_bytes(void **state)
{
	(void)state;
	struct map m = MAP_INIT;
	int a = 0, b = 0, c = 0;
	assert_int_equal(map_put(&m, (struct view){"x\0a", 3}, &a), 1);
	assert_int_equal(map_put(&m, (struct view){"x\0b", 3}, &b), 1);
	assert_int_equal(map_put(&m, (struct view){"", 0}, &c), 1);
	assert_ptr_equal(map_get(&m, (struct view){"x\0a", 3}), &a);
	assert_ptr_equal(map_get(&m, (struct view){"x\0b", 3}), &b);
	assert_ptr_equal(map_get(&m, (struct view){NULL, 0}), &c);
	assert_null(map_get(&m, view_of("x")));
	map_release(&m);
}

static void grows_and_keeps_order(void **state)
{
	(void)state;
	enum { N = 5000 };
	struct map m = MAP_INIT;
	struct arena arena = ARENA_INIT;
	static int values[N];
	char text[16];
	for (size_t i = 0; i < N; i++) {
		snprintf(text, sizeof text, "key %zu", i);
		const char *key = arena_str(&arena, text);
		assert_non_null(key);
		assert_int_equal(map_put(&m, view_of(key), &values[i]), 1);
	}
	assert_int_equal(m.n, N);
	for (size_t i = 0; i < N; i++) {
		snprintf(text, sizeof text, "key %zu", i);
		assert_ptr_equal(map_get(&m, view_of(text)), &values[i]);
		assert_ptr_equal(m.entries[i].value, &values[i]);
	}
	assert_null(map_get(&m, view_of("key 5000")));
	map_release(&m);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty),
	    cmocka_unit_test(put_and_replace),
	    cmocka_unit_test(keys_are_bytes),
	    cmocka_unit_test(grows_and_keeps_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
