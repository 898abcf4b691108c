/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pattern matcher against the one of Lua itself, on random patterns; and its budget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "recipe/pattern.h"

/* Adds what Lua's string.find says of PATTERN in SUBJECT: "error", "nil" or all values. */
static void by_lua(lua_State *l, struct view subject, struct view pattern, struct buf *ret)
{
	lua_settop(l, 0);
	lua_getglobal(l, "string");
	lua_getfield(l, -1, "find");
	lua_remove(l, 1);
	lua_pushlstring(l, subject.ptr, subject.len);
	lua_pushlstring(l, pattern.ptr, pattern.len);
	if (lua_pcall(l, 2, LUA_MULTRET, 0) != LUA_OK) {
		buf_adds(ret, "error");
		return;
	}
	for (int i = 1; i <= lua_gettop(l); i++)
		buf_addf(ret, "%s;", luaL_tolstring(l, i, NULL)), lua_pop(l, 1);
}

/* The same by our matcher. */
static void by_us(struct view subject, struct view pattern, struct buf *ret)
{
	int64_t steps = 1000000;
	bool anchored = pattern.len && pattern.ptr[0] == '^';
	struct pattern p = {.subject = subject,
			    .text = {pattern.ptr + anchored, pattern.len - anchored},
			    .steps = &steps};
	for (size_t at = 0; at <= subject.len; at++) {
		ptrdiff_t end = pattern_match(&p, at);
		if (end == PATTERN_ERROR) {
			buf_adds(ret, "error");
			return;
		}
		if (end != PATTERN_NONE) {
			buf_addf(ret, "%zu;%td;", at + 1, end);
			for (int i = 0; i < p.ncaptures; i++) {
				struct pattern_capture c = p.captures[i];
				if (c.len == PATTERN_POSITION)
					buf_addf(ret, "%zu;", c.start + 1);
				else
					buf_addf(ret, "%.*s;", (int)c.len,
						 subject.ptr + c.start);
			}
			return;
		}
		if (anchored)
			break;
	}
	buf_adds(ret, "nil;");
}

static void as_lua(void **state)
{
	(void)state;
	static const char *const parts[] = {
	    "a",  "b",    "ab",    ".",    "%a",   "%d",    "%s", "%w", "%W",    "%p",
	    "%x", "%%",   "[ab]",  "[^a]", "*",    "+",     "-",  "?",  "(",     ")",
	    "()", "%1",   "%2",    "%bab", "%b()", "%f[a]", "^",  "$",  "]",     "[",
	    "%",  "[%d]", "[a-z]", "[]]",  "[^]]", "[a-]",  "1",  " ",  "[%a_]", "%f[%W]",
	    "%b", "%f",   "[^",    "[%",   "-",    "*",     "%g", "%u"};
	static const char letters[] = "aabbab1 ()_A.%]-^";
	const size_t nparts = sizeof parts / sizeof *parts;
	lua_State *l = luaL_newstate();
	luaL_openlibs(l);
	srand(7);
	for (int round = 0; round < 200000; round++) {
		char subject[16], pattern[64] = "";
		size_t n = (size_t)rand() % sizeof subject;
		for (size_t i = 0; i < n; i++)
			subject[i] = letters[(size_t)rand() % (sizeof letters - 1)];
		for (int i = rand() % 7; i >= 0; i--)
			strcat(pattern, parts[(size_t)rand() % nparts]);
		if (pattern_is_plain(view_of(pattern)))
			continue; /* no matcher is asked */
		struct buf want = BUF_INIT, got = BUF_INIT;
		by_lua(l, (struct view){subject, n}, view_of(pattern), &want);
		by_us((struct view){subject, n}, view_of(pattern), &got);
		if (strcmp(buf_str(&want), buf_str(&got)) != 0)
			fail_msg("'%s' in '%.*s': Lua says %s, we say %s", pattern, (int)n,
				 subject, buf_str(&want), buf_str(&got));
		buf_release(&want);
		buf_release(&got);
	}
	lua_close(l);
}

static void budget(void **state)
{
	(void)state;
	char subject[1000];
	int64_t steps = 100000;
	memset(subject, 'a', sizeof subject);
	struct pattern p = {.subject = {subject, sizeof subject},
			    .text = view_of(".-.-.-.-.-.-.-.-b"),
			    .steps = &steps};
	assert_int_equal(pattern_match(&p, 0), PATTERN_ERROR);
	assert_true(steps < 0);
	assert_non_null(p.error);
}

static void plain(void **state)
{
	(void)state;
	assert_true(pattern_is_plain(view_of("abc_/ 1")));
	assert_true(pattern_is_plain((struct view){"a\0b", 3}));
	static const char *const special[] = {"a.", "^a", "a$", "%d", "a-b",
					      "[a", "(a", "a*", "a?"};
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		assert_false(pattern_is_plain(view_of(special[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(as_lua), cmocka_unit_test(budget),
					   cmocka_unit_test(plain)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
