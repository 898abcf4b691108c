/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical JSON against RFC 8785: its own vectors as far as integers go, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "json/json.h"
#include "json/value.h"

static void check(const char *in, const char *want)
{
	struct buf b = BUF_INIT;
	struct fault f = FAULT_INIT;
	assert_int_equal(json_canonical(view_of(in), &b, &f), 0);
	assert_string_equal(buf_str(&b), want);
	/* The canonical form is its own canonical form. */
	struct buf again = BUF_INIT;
	assert_int_equal(json_canonical(buf_view(&b), &again, &f), 0);
	assert_string_equal(buf_str(&again), want);
	buf_release(&again);
	buf_release(&b);
}

static void refuse(const char *in, size_t n)
{
	struct buf b = BUF_INIT;
	struct fault f = FAULT_INIT;
	assert_int_equal(json_canonical((struct view){in, n}, &b, &f), ERR_SYNTAX);
	assert_int_equal(b.len, 0);
	assert_true(f.what[0] != 0);
	buf_release(&b);
}

/* Section 3.2.2, without the numbers that are not integers. */
static void rfc_example(void **state)
{
	(void)state;
	check(
	    "{\n  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
	    "  \"literals\": [null, true, false]\n}",
	    "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

/* Section 3.2.3: members sort by UTF-16 code units. */
static void rfc_sorting(void **state)
{
	(void)state;
	check("{\"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\","
	      " \"\\ufb33\": \"Hebrew Letter Dalet With Dagesh\", \"1\": \"One\","
	      " \"\\ud83d\\ude00\": \"Emoji: Grinning Face\", \"\\u0080\": \"Control\","
	      " \"\\u00f6\": \"Latin Small Letter O With Diaeresis\"}",
	      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
	      "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
	      "\"😀\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":"
	      "\"Hebrew Letter Dalet With Dagesh\"}");
}

static void values(void **state)
{
	(void)state;
	check(" [ ] ", "[]");
	check("{}", "{}");
	check("\"\"", "\"\"");
	check("0", "0");
	check("-0", "0");
	check("9007199254740992", "9007199254740992");
	check("-9007199254740992", "-9007199254740992");
	check("[56, {\"d\": true, \"10\": null, \"1\": []}]",
	      "[56,{\"1\":[],\"10\":null,\"d\":true}]");
	check("{\"\\b\\t\\n\\f\\r\\u000b\\u007f\": \"\\u0000\\u001f\"}",
	      "{\"\\b\\t\\n\\f\\r\\u000b\x7f\":\"\\u0000\\u001f\"}");
	check("{\"peach\":1,\"p\\u00e9ch\\u00e9\":2,\"p\\u00eache\":3,\"sin\":4}",
	      "{\"peach\":1,\"péché\":2,\"pêche\":3,\"sin\":4}");
}

static void refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "",
	    " ",
	    "{",
	    "[1,]",
	    "{\"a\":1,}",
	    "{a:1}",
	    "nul",
	    "1 2",
	    "[1] x",
	    "01",
	    "+1",
	    ".5",
	    "1.5",
	    "1e3",
	    "1.0",
	    "NaN",
	    "Infinity",
	    "'a'",
	    "\"\\x41\"",
	    "\"a",
	    "\"\x01\"",
	    "\"\n\"",
	    "\"\\ud800\"",
	    "\"\\udc00a\"",
	    "9007199254740993",
	    "99999999999999999999",
	    "{\"a\":1,\"a\":2}",
	    "\"\xC3(\"",
	    "\"\xED\xA0\x80\"",
	    "\"\xF4\x90\x80\x80\"",
	    "\"\xC0\x80\"",
	    "\xEF\xBB\xBF{}",
	    "{\"a\" 1}",
	    "[1 2]",
	    "{\"a\":}",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(bad[i], strlen(bad[i]));
	refuse("[1]\0", 4);
	refuse("{\"\0\":1}", 7);
	refuse(NULL, 0);
}

static void depth(void **state)
{
	(void)state;
	char deep[2 * 100000 + 1];
	for (int n = JSON_DEPTH_MAX - 1; n <= 100000; n = n < 1000 ? n + 1 : n * 10) {
		struct buf b = BUF_INIT;
		memset(deep, '[', (size_t)n);
		memset(deep + n, ']', (size_t)n);
		int r = json_canonical((struct view){deep, 2 * (size_t)n}, &b, NULL);
		assert_int_equal(r, n <= JSON_DEPTH_MAX ? 0 : ERR_SYNTAX);
		buf_release(&b);
	}
}

/* A part of a document that was read, and a part that has no canonical form. */
static void part(void **state)
{
	struct json_document *doc;
	struct buf b = BUF_INIT;
	const char *text = "{\"a\": {\"y\": [\"}]\"], \"b\": true}, \"c\": [1.5]}";
	(void)state;
	assert_int_equal(json_document_parse(view_of(text), &doc, NULL), 0);
	const struct json_value *root = json_document_root(doc);
	assert_int_equal(json_canonical_value(json_member(root, "a"), &b, NULL), 0);
	assert_string_equal(buf_str(&b), "{\"b\":true,\"y\":[\"}]\"]}");
	assert_int_equal(json_canonical_value(json_member(root, "c"), &b, NULL), ERR_SYNTAX);
	assert_string_equal(buf_str(&b), "{\"b\":true,\"y\":[\"}]\"]}");
	json_document_free(doc);
	buf_release(&b);
}

static void text(void **state)
{
	(void)state;
	assert_true(json_is_text(view_of("")));
	assert_true(json_is_text(view_of("a\n€😀\xF4\x8F\xBF\xBF\xED\x9F\xBF")));
	static const char *const bad[] = {
	    "\x80",         "\xC1\xBF",         "\xE0\x9F\xBF",
	    "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
	    "\xF5",         "\xE2\x82",         "a\xFF"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(json_is_text(view_of(bad[i])));
	assert_false(json_is_text((struct view){"a\0b", 3}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc_example), cmocka_unit_test(rfc_sorting),
	    cmocka_unit_test(values),      cmocka_unit_test(refused),
	    cmocka_unit_test(depth),       cmocka_unit_test(text),
	    cmocka_unit_test(part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
