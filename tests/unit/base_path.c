/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as text: what is clean, what can be a name, what lies below what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

static void components(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "...", ".a", "a b", "\xff", "-"};
	static const char *const bad[] = {"", ".", "..", "a/b", "/", "a/"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(path_is_component(view_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(path_is_component(view_of(bad[i])));
	assert_false(path_is_component((struct view){"a\0b", 3}));
}

static void clean(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "a/b", "a/.b/...", "a b/c"};
	static const char *const bad[] = {"",      "/a",     "a/",   "a//b", "./a",
					  "a/./b", "a/../b", "../a", "a/..", "/"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(path_is_clean(view_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(path_is_clean(view_of(bad[i])));
	assert_false(path_is_clean((struct view){"a/b\0", 4}));
}

static void names(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "7zip", "gcc-12.2.0", "libstdc++", "A_b"};
	static const char *const bad[] = {"",    "-a",  ".a",  "_a",
					  "a/b", "a b", "a\n", "\xc3\xa9"};
	char text[122];
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(path_is_name(view_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(path_is_name(view_of(bad[i])));
	memset(text, 'a', sizeof text);
	assert_true(path_is_name((struct view){text, 120}));
	assert_false(path_is_name((struct view){text, 121}));
}

static void joins(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
	    {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *joined = path_join(rows[i][0], rows[i][1]);
		assert_string_equal(joined, rows[i][2]);
		free(joined);
	}
	assert_string_equal(path_base("a/b/c"), "c");
	assert_string_equal(path_base("c"), "c");
	assert_string_equal(path_base("a/"), "");
}

static void below(void **state)
{
	(void)state;
	assert_true(path_is_under("/a/b", "/a"));
	assert_true(path_is_under("/a", "/a"));
	assert_true(path_is_under("/a", "/"));
	assert_false(path_is_under("/ab", "/a"));
	assert_false(path_is_under("/a", "/a/b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(components), cmocka_unit_test(clean), cmocka_unit_test(names),
	    cmocka_unit_test(joins),      cmocka_unit_test(below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
