/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>
#include <lualib.h>

/*
 * The table library. Sorting is our own: stable, so that equal elements keep their order, and
 * without the clock that Lua's sort takes its pivot from.
 */
enum { SORT_MAX = 1000000 }; /* elements */

enum { AT_TABLE = 1, AT_ORDER = 2, AT_FROM = 3, AT_TO = 4 }; /* places on the stack */

/* Returns whether the element at INDEX A sorts before the one at B. */
static bool before(lua_State *l, int a, int b)
{
	a = lua_absindex(l, a);
	b = lua_absindex(l, b);
	if (!lua_isnil(l, AT_ORDER)) {
		lua_pushvalue(l, AT_ORDER);
		lua_pushvalue(l, a);
		lua_pushvalue(l, b);
		lua_call(l, 2, 1);
		bool r = lua_toboolean(l, -1);
		lua_pop(l, 1);
		return r;
	}
	if (lua_type(l, a) == LUA_TSTRING && lua_type(l, b) == LUA_TSTRING) {
		struct view va, vb;
		va.ptr = lua_tolstring(l, a, &va.len);
		vb.ptr = lua_tolstring(l, b, &vb.len);
		return view_cmp(va, vb) < 0;
	}
	return lua_compare(l, a, b, LUA_OPLT);
}

/* Merges the runs [LO, MID) and [MID, HI) of the table FROM into TO. */
static void merge(lua_State *l, int from, int to, lua_Integer lo, lua_Integer mid,
		  lua_Integer hi)
{
	lua_Integer i = lo, k = mid;
	for (lua_Integer at = lo; at < hi; at++) {
		bool second = i == mid;
		if (!second && k < hi) {
			lua_rawgeti(l, from, k);
			lua_rawgeti(l, from, i);
			second = before(l, -2, -1);
			lua_pop(l, 2);
		}
		lua_rawgeti(l, from, second ? k++ : i++);
		lua_rawseti(l, to, at);
	}
}

static int sort(lua_State *l)
{
	luaL_checktype(l, AT_TABLE, LUA_TTABLE);
	if (!lua_isnoneornil(l, AT_ORDER))
		luaL_checktype(l, AT_ORDER, LUA_TFUNCTION);
	lua_settop(l, AT_ORDER);
	lua_Integer n = luaL_len(l, AT_TABLE);
	luaL_argcheck(l, n <= SORT_MAX, AT_TABLE, "too many elements to sort");
	for (lua_Integer left = n; left > 0; left /= 2)
		host_charge(l, n);
	lua_createtable(l, (int)n, 0);
	lua_createtable(l, (int)n, 0);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_geti(l, AT_TABLE, i);
		lua_rawseti(l, AT_FROM, i);
	}
	int from = AT_FROM, to = AT_TO;
	for (lua_Integer run = 1; run < n; run *= 2) {
		for (lua_Integer lo = 1; lo <= n; lo += 2 * run) {
			lua_Integer mid = lo + run < n + 1 ? lo + run : n + 1;
			lua_Integer hi = mid + run < n + 1 ? mid + run : n + 1;
			merge(l, from, to, lo, mid, hi);
		}
		int swap = from;
		from = to;
		to = swap;
	}
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(l, from, i);
		lua_seti(l, AT_TABLE, i);
	}
	return 0;
}

void lib_table(lua_State *l)
{
	static const char *const names[] = {"concat", "insert", "pack",
					    "remove", "unpack", NULL};
	static const luaL_Reg own[] = {{"sort", sort}, {NULL, NULL}};
	luaL_requiref(l, "table", luaopen_table, 0);
	lua_newtable(l);
	lib_pick(l, -2, names);
	lua_remove(l, -2);
	host_register(l, own);
	lib_add_readonly(l, "table");
}
