/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The growing buffer: always a text, loses nothing, says once that an addition was lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void empty(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_view(&b).len, 0);
	buf_add(&b, NULL, 0);
	assert_int_equal(buf_failed(&b), 0);
	buf_release(&b);
}

static void additions(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	buf_adds(&b, "ab");
	buf_addc(&b, 'c');
	buf_addv(&b, (struct view){"de", 2});
	buf_add(&b, "\0f", 2);
	buf_addf(&b, "%d-%s", 7, "g");
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.ptr, "abcde\0f7-g", 11);
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "x");
	assert_string_equal(buf_str(&b), "x");
	buf_release(&b);
}

static void long_formats(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	char text[10001];
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = 0;
	buf_adds(&b, "<");
	buf_addf(&b, "%s>", text);
	assert_int_equal(b.len, 10002);
	assert_int_equal(b.ptr[10000], 'a');
	assert_int_equal(b.ptr[10001], '>');
	buf_release(&b);
}

static void detached(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	buf_adds(&b, "mine");
	char *text = buf_detach(&b);
	assert_string_equal(text, "mine");
	assert_int_equal(b.len, 0);
	buf_adds(&b, "new");
	assert_string_equal(buf_str(&b), "new");
	assert_string_equal(text, "mine");
	free(text);
	buf_release(&b);
}

static void too_much(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	buf_adds(&b, "a");
	assert_int_equal(buf_reserve(&b, SIZE_MAX), -ENOMEM);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 2), -ENOMEM);
	buf_adds(&b, "lost");
	assert_int_equal(buf_failed(&b), -ENOMEM);
	assert_null(buf_detach(&b));
	buf_release(&b);
	assert_int_equal(buf_failed(&b), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty),        cmocka_unit_test(additions),
	    cmocka_unit_test(long_formats), cmocka_unit_test(detached),
	    cmocka_unit_test(too_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
