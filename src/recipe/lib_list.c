/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>
#include <string.h>

/*
 * What recipes do with texts and lists, so that they need no string patterns, which there are none of, and copy no loops. Each
 * charges steps for what it goes through.
 */
enum { BYTES_STEP = 8 }; /* bytes that one step pays for */

static struct view text_arg(lua_State *l, int index, const char *function)
{
	struct view v;
	if (lua_type(l, index) != LUA_TSTRING)
		host_error(l, "%s needs a text, not %s", function, luaL_typename(l, index));
	v.ptr = lua_tolstring(l, index, &v.len);
	host_charge(l, (int64_t)(v.len / BYTES_STEP) + 1);
	return v;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* words "a b  c": the list of its words. */
static int api_words(lua_State *l)
{
	struct view v = text_arg(l, 1, "words");
	lua_newtable(l);
	for (size_t i = 0, n = 0; i < v.len;) {
		size_t from = i;
		while (i < v.len && !is_blank(v.ptr[i]))
			i++;
		if (i > from) {
			lua_pushlstring(l, v.ptr + from, i - from);
			lua_rawseti(l, -2, (lua_Integer)++n);
		}
		while (i < v.len && is_blank(v.ptr[i]))
			i++;
	}
	return 1;
}

/* Returns where the last component of V begins. */
static size_t last_component(struct view v)
{
	size_t i = v.len;
	while (i > 0 && v.ptr[i - 1] != '/')
		i--;
	return i;
}

/* basename "a/b.c": b.c. */
static int api_basename(lua_State *l)
{
	struct view v = text_arg(l, 1, "basename");
	size_t from = last_component(v);
	lua_pushlstring(l, v.ptr + from, v.len - from);
	return 1;
}

/* with_suffix("a/b.c", ".o"): a/b.o. */
static int api_with_suffix(lua_State *l)
{
	struct view v = text_arg(l, 1, "with_suffix"), to = text_arg(l, 2, "with_suffix");
	size_t from = last_component(v), end = v.len;
	while (end > from && v.ptr[end - 1] != '.')
		end--;
	if (end <= from + 1)
		host_error(l, "with_suffix: '%s' has no suffix", v.ptr);
	lua_pushlstring(l, v.ptr, end - 1);
	lua_pushlstring(l, to.ptr, to.len);
	lua_concat(l, 2);
	return 1;
}

/* replace(text, old, new): each OLD, from the left, is put as NEW; there must be one. */
static int api_replace(lua_State *l)
{
	struct view v = text_arg(l, 1, "replace"), old = text_arg(l, 2, "replace"),
		    new = text_arg(l, 3, "replace");
	size_t at = 0, found = 0;
	luaL_Buffer b;
	if (old.len == 0)
		host_error(l, "replace: there is nothing to look for");
	host_charge(l, (int64_t)(v.len / BYTES_STEP * old.len));
	luaL_buffinit(l, &b);
	while (at < v.len) {
		if (v.len - at >= old.len && memcmp(v.ptr + at, old.ptr, old.len) == 0) {
			host_charge(l, (int64_t)(new.len / BYTES_STEP) + 1);
			luaL_addlstring(&b, new.ptr, new.len);
			at += old.len;
			found++;
		} else {
			luaL_addchar(&b, v.ptr[at++]);
		}
	}
	luaL_pushresult(&b);
	if (!found)
		host_error(l, "replace: the text does not have '%s'", old.ptr);
	return 1;
}

static void check_table(lua_State *l, int index, const char *function)
{
	if (!lua_istable(l, index))
		host_error(l, "%s needs tables, not %s", function, luaL_typename(l, index));
}

/* merge(a, b, …): a new table with the fields of all; of one name, the last counts. */
static int api_merge(lua_State *l)
{
	int n = lua_gettop(l);
	lua_newtable(l);
	for (int i = 1; i <= n; i++) {
		if (lua_isnil(l, i))
			continue;
		check_table(l, i, "merge");
		for (lua_pushnil(l); lua_next(l, i);) {
			host_charge(l, 1);
			lua_pushvalue(l, -2);
			lua_insert(l, -2);
			lua_rawset(l, n + 1);
		}
	}
	return 1;
}

/* concat(a, b, …): a new list with the items of all lists, in order; nil counts as an empty one. */
static int api_concat(lua_State *l)
{
	int n = lua_gettop(l);
	lua_Integer at = 0;
	lua_newtable(l);
	for (int i = 1; i <= n; i++) {
		if (lua_isnil(l, i))
			continue;
		check_table(l, i, "concat");
		lua_Integer len = luaL_len(l, i);
		host_charge(l, len);
		for (lua_Integer k = 1; k <= len; k++) {
			lua_geti(l, i, k);
			lua_rawseti(l, n + 1, ++at);
		}
	}
	return 1;
}

void lib_list(lua_State *l)
{
	static const luaL_Reg own[] = {{"words", api_words},
				       {"basename", api_basename},
				       {"with_suffix", api_with_suffix},
				       {"replace", api_replace},
				       {"merge", api_merge},
				       {"concat", api_concat},
				       {NULL, NULL}};
	host_register(l, own);
}
