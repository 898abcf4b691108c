/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one writer of JSON: commas come by themselves, and what comes out is RFC 8785's spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "json/json.h"
#include "json/write.h"

static void expect(struct buf *b, const char *text)
{
	assert_int_equal(buf_failed(b), 0);
	assert_string_equal(buf_str(b), text);
	buf_release(b);
}

static void nested(void **state)
{
	struct buf b = BUF_INIT;
	(void)state;
	json_open(&b, NULL);
	json_open_array(&b, "a");
	json_put(&b, NULL, "x");
	json_open(&b, NULL);
	json_close(&b);
	json_open(&b, NULL);
	json_put_number(&b, "n", UINT64_MAX);
	json_put_integer(&b, "i", -1);
	json_close(&b);
	json_open_array(&b, NULL);
	json_close_array(&b);
	json_close_array(&b);
	json_put_flag(&b, "f", false);
	json_put_null(&b, "z");
	json_put_real(&b, "r", 99.95, 3);
	json_put_real(&b, "s", 12.5, -1);
	json_close(&b);
	expect(&b, "{\"a\":[\"x\",{},{\"n\":18446744073709551615,\"i\":-1},[]],\"f\":false,"
		   "\"z\":null,\"r\":99.950,\"s\":12.5}");
}

/* Text that ends in what separates values must not hide a comma. */
static void texts_that_look_like_json(void **state)
{
	static const char *const ends[] = {"{", "[", ":", ",", "\n", "", "\"", "\\"};
	struct buf b = BUF_INIT, again = BUF_INIT;
	(void)state;
	json_open(&b, NULL);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char name[2] = {(char)('a' + i), '\0'};
		json_put(&b, name, ends[i]);
	}
	json_close(&b);
	/* Canonical already: reading and writing it again changes nothing. */
	assert_int_equal(json_canonical(buf_view(&b), &again, NULL), 0);
	assert_string_equal(buf_str(&b), buf_str(&again));
	buf_release(&b);
	buf_release(&again);
	json_open_array(&b, NULL);
	json_put_escaped(&b, NULL, "{");
	json_put_escaped(&b, NULL, "a\033]0;b\a\xff");
	json_close_array(&b);
	expect(&b, "[\"{\",\"a\\u001b]0;b\\u0007\\\\xff\"]");
}

/* A document with lines, as people edit them: the commas stay right. */
static void members_on_lines(void **state)
{
	struct buf b = BUF_INIT;
	(void)state;
	json_open(&b, NULL);
	json_open_array(&b, "a");
	for (unsigned i = 0; i < 2; i++) {
		json_line(&b);
		json_put_number(&b, NULL, i);
	}
	json_close_array(&b);
	json_line(&b);
	json_put_null(&b, "z");
	json_close(&b);
	expect(&b, "{\"a\":[\n0,\n1],\n\"z\":null}");
}

static void values(void **state)
{
	static const unsigned char bytes[] = {0, 0xab, 0xff};
	struct buf b = BUF_INIT;
	(void)state;
	json_open(&b, NULL);
	json_put_hex(&b, "h", bytes, sizeof bytes);
	json_put_time(&b, "t", 0);
	json_put_time(&b, "u", 1893456000);
	json_put_json(&b, "j", view_of("[1]"));
	json_before(&b, "k");
	buf_adds(&b, "2");
	json_put_string(&b, "l", (struct view){"no NUL", 2});
	json_close(&b);
	expect(&b, "{\"h\":\"00abff\",\"t\":\"1970-01-01T00:00:00Z\",\"u\":"
		   "\"2030-01-01T00:00:00Z\",\"j\":[1],\"k\":2,\"l\":\"no\"}");
}

/* Documents of a stream stand a line each. */
static void lines(void **state)
{
	struct buf b = BUF_INIT;
	(void)state;
	for (int i = 0; i < 2; i++) {
		json_open(&b, NULL);
		json_put_integer(&b, "i", i);
		json_close(&b);
		buf_addc(&b, '\n');
	}
	expect(&b, "{\"i\":0}\n{\"i\":1}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nested), cmocka_unit_test(texts_that_look_like_json),
	    cmocka_unit_test(values), cmocka_unit_test(members_on_lines),
	    cmocka_unit_test(lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
