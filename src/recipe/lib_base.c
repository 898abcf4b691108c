/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

/*
 * The base library, as far as recipes have it. What could tell one run from another is left out
 * (addresses, the order of hash tables), and so is what could hide a broken limit (pcall) or run
 * unseen (metatables, coroutines).
 */

/* A key of a table, to be sorted: numbers, then texts, then booleans. */
struct key {
	enum { KEY_NUMBER, KEY_TEXT, KEY_BOOLEAN } kind;
	bool is_integer;
	lua_Integer i; /* also a boolean's value */
	lua_Number n;
	struct view s;
};

static int key_cmp(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->kind == KEY_TEXT)
		return view_cmp(a->s, b->s);
	if (a->kind == KEY_NUMBER && a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

/* Fills K from the key at INDEX. */
static void key_read(lua_State *l, int index, struct key *k)
{
	*k = (struct key){0};
	switch (lua_type(l, index)) {
	case LUA_TNUMBER:
		k->kind = KEY_NUMBER;
		k->is_integer = lua_isinteger(l, index);
		k->i = lua_tointeger(l, index);
		k->n = lua_tonumber(l, index);
		break;
	case LUA_TSTRING:
		k->kind = KEY_TEXT;
		k->s.ptr = lua_tolstring(l, index, &k->s.len);
		break;
	case LUA_TBOOLEAN:
		k->kind = KEY_BOOLEAN;
		k->i = lua_toboolean(l, index);
		break;
	default:
		luaL_error(
		    l, "pairs: a key is a %s; only numbers, texts and booleans have an order",
		    luaL_typename(l, index));
	}
}

static void key_push(lua_State *l, const struct key *k)
{
	if (k->kind == KEY_TEXT)
		lua_pushlstring(l, k->s.ptr, k->s.len);
	else if (k->kind == KEY_BOOLEAN)
		lua_pushboolean(l, (int)k->i);
	else if (k->is_integer)
		lua_pushinteger(l, k->i);
	else
		lua_pushnumber(l, k->n);
}

/* The iterator of pairs: upvalues are the table, its sorted keys, and how many were given. */
static int pairs_next(lua_State *l)
{
	lua_Integer i = lua_tointeger(l, lua_upvalueindex(3));
	for (;;) {
		lua_settop(l, 0);
		if (lua_rawgeti(l, lua_upvalueindex(2), ++i) == LUA_TNIL)
			return 1;
		lua_pushvalue(l, 1);
		if (lua_rawget(l, lua_upvalueindex(1)) != LUA_TNIL)
			break; /* entries removed on the way are left out */
	}
	lua_pushinteger(l, i);
	lua_replace(l, lua_upvalueindex(3));
	return 2;
}

static int pairs(lua_State *l)
{
	size_t n = 0, i = 0;
	luaL_checktype(l, 1, LUA_TTABLE);
	for (lua_pushnil(l); lua_next(l, 1); lua_pop(l, 1))
		n++;
	host_charge(l, (int64_t)n);
	struct key *keys = lua_newuserdatauv(l, (n + 1) * sizeof *keys, 0);
	for (lua_pushnil(l); lua_next(l, 1); lua_pop(l, 1))
		key_read(l, -2, &keys[i++]);
	qsort(keys, n, sizeof *keys, key_cmp);
	lua_pushvalue(l, 1);
	lua_createtable(l, (int)n, 0);
	for (i = 0; i < n; i++) {
		key_push(l, &keys[i]);
		lua_rawseti(l, -2, (lua_Integer)i + 1);
	}
	lua_pushinteger(l, 0);
	lua_pushcclosure(l, pairs_next, 3);
	return 1;
}

static int tostring(lua_State *l)
{
	luaL_checkany(l, 1);
	if (lua_type(l, 1) <= LUA_TBOOLEAN || lua_type(l, 1) == LUA_TNUMBER ||
	    lua_type(l, 1) == LUA_TSTRING)
		luaL_tolstring(l, 1, NULL);
	else
		lua_pushstring(l, luaL_typename(l, 1)); /* without its address */
	return 1;
}

/* Raises: the libraries are the same for all recipes. */
static int not_writable(lua_State *l)
{
	return luaL_error(l, "the library cannot be changed");
}

void lib_add_readonly(lua_State *l, const char *name)
{
	lua_newtable(l);
	lua_newtable(l);
	lua_pushvalue(l, -3);
	lua_setfield(l, -2, "__index");
	lua_pushcfunction(l, not_writable);
	lua_setfield(l, -2, "__newindex");
	lua_pushboolean(l, 0);
	lua_setfield(l, -2, "__metatable");
	lua_setmetatable(l, -2);
	lua_remove(l, -2);
	lua_setfield(l, -2, name);
}

/* Adds the functions NAMES of the library table at INDEX to the table on top, guarded. */
void lib_pick(lua_State *l, int index, const char *const *names)
{
	index = lua_absindex(l, index);
	for (; *names; names++) {
		lua_getfield(l, index, *names);
		luaL_Reg one[] = {{*names, lua_tocfunction(l, -1)}, {NULL, NULL}};
		lua_pop(l, 1);
		host_register(l, one);
	}
}

void lib_base(lua_State *l)
{
	static const char *const names[] = {"assert", "error",    "ipairs", "rawequal",
					    "select", "tonumber", "type",   NULL};
	static const luaL_Reg own[] = {{"pairs", pairs}, {"tostring", tostring}, {NULL, NULL}};
	luaL_requiref(l, "_G", luaopen_base, 0);
	lua_insert(l, -2);
	lib_pick(l, -2, names);
	lua_remove(l, -2);
	host_register(l, own);

	static const char *const math[] = {"abs",  "ceil",      "floor", "fmod", "max", "min",
					   "modf", "tointeger", "type",  "ult",  NULL};
	static const char *const constants[] = {"huge", "maxinteger", "mininteger", NULL};
	luaL_requiref(l, "math", luaopen_math, 0);
	lua_newtable(l);
	lib_pick(l, -2, math);
	for (const char *const *c = constants; *c; c++) {
		lua_getfield(l, -2, *c);
		lua_setfield(l, -2, *c);
	}
	lua_remove(l, -2);
	lib_add_readonly(l, "math");

	static const char *const utf8[] = {"char", "codepoint", "codes", "len", "offset", NULL};
	luaL_requiref(l, "utf8", luaopen_utf8, 0);
	lua_newtable(l);
	lib_pick(l, -2, utf8);
	lua_remove(l, -2);
	lib_add_readonly(l, "utf8");
}
