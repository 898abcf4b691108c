/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of limits: each has a name of its own, and is written exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

static void written_exactly(void **state)
{
	static const struct {
		uint64_t value;
		enum limit_unit unit;
		const char *text;
	} rows[] = {
	    {0, LIMIT_COUNT, "0"},
	    {999, LIMIT_COUNT, "999"},
	    {1000, LIMIT_COUNT, "1,000"},
	    {UINT64_MAX, LIMIT_COUNT, "18,446,744,073,709,551,615"},
	    {UINT64_C(16) << 30, LIMIT_BYTES, "16 GiB"},
	    {(UINT64_C(16) << 30) + 1, LIMIT_BYTES, "17,179,869,185 bytes"},
	    {UINT64_C(1) << 53, LIMIT_BYTES, "8 PiB"},
	    {1536, LIMIT_BYTES, "1,536 bytes"},
	    {86400, LIMIT_SECONDS, "24 h"},
	    {90, LIMIT_SECONDS, "90 s"},
	    {300, LIMIT_SECONDS, "5 min"},
	    {700, LIMIT_MILLISECONDS, "700 ms"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[32];
		limit_format(rows[i].value, rows[i].unit, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void each_has_a_name(void **state)
{
	size_t n;
	const struct limit *all = limits_all(&n);
	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		assert_true(all[i].value > 0);
		assert_non_null(strstr(all[i].name, ": "));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(all[i].name, all[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(written_exactly),
	    cmocka_unit_test(each_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
