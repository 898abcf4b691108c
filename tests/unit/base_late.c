/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/late.h"

#define SYMBOLS(X) X(sqrt) X(fmod)
SYMBOLS(LATE_POINTER)
static const struct late_symbol symbols[] = {SYMBOLS(LATE_SYMBOL)};

static void loads_when_asked(void **state)
{
	struct late l = LATE_INIT("libm.so.6", symbols);
	(void)state;
	assert_null(sym_sqrt);
	assert_int_equal(late_load(&l, NULL), 0);
	assert_true(sym_sqrt(9.0) == 3.0);
	assert_true(sym_fmod(7.0, 4.0) == 3.0);
	assert_int_equal(late_load(&l, NULL), 0);
}

static void says_what_lacks(void **state)
{
	static void *nothing;
	static const struct late_symbol other[] = {{"no_such_function", &nothing}};
	struct late missing = LATE_INIT("libno-such-library.so.1", symbols);
	struct late lacks = LATE_INIT("libm.so.6", other);
	struct fault f = FAULT_INIT;
	(void)state;
	assert_int_equal(late_load(&missing, &f), ERR_CONFIG);
	assert_non_null(strstr(f.what, "cannot load a library: libno-such-library.so.1"));
	assert_int_equal(late_load(&lacks, &f), ERR_CONFIG);
	assert_string_equal(f.what, "libm.so.6 has no no_such_function");
	assert_int_equal(late_load(&lacks, NULL), ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(loads_when_asked),
	    cmocka_unit_test(says_what_lacks),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
