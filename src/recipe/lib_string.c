/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

/*
 * The string library, without the functions that take patterns: words, replace and with_suffix (lib_list.c) do
 * what recipes need. rep is bounded; format shows no addresses.
 */
enum { REP_MAX = 16 << 20 }; /* bytes that rep may make */

static struct view check_view(lua_State *l, int index)
{
	struct view v;
	v.ptr = luaL_checklstring(l, index, &v.len);
	return v;
}

static int rep(lua_State *l)
{
	struct view s = check_view(l, 1), sep = {"", 0};
	lua_Integer n = luaL_checkinteger(l, 2);
	if (!lua_isnoneornil(l, 3))
		sep = check_view(l, 3);
	luaL_Buffer b;
	luaL_buffinit(l, &b);
	if (n > 0 && s.len + sep.len > 0) {
		if ((lua_Unsigned)n > REP_MAX / (s.len + sep.len))
			return luaL_error(l, "rep: the result is longer than %d bytes",
					  REP_MAX);
		for (lua_Integer i = 0; i < n; i++) {
			if (i)
				luaL_addlstring(&b, sep.ptr, sep.len);
			luaL_addlstring(&b, s.ptr, s.len);
		}
	}
	luaL_pushresult(&b);
	return 1;
}

/* format without %p; values without a text of their own are shown as their type. */
static int format(lua_State *l)
{
	struct view f = check_view(l, 1);
	for (size_t i = 0; i < f.len; i++) {
		if (f.ptr[i] != '%')
			continue;
		size_t end = i + 1;
		while (end < f.len && f.ptr[end] && strchr("-+ #0123456789.", f.ptr[end]))
			end++;
		if (end < f.len && f.ptr[end] == 'p')
			return luaL_error(l, "format: %%p is not available in recipes");
		i = end;
	}
	for (int i = 2; i <= lua_gettop(l); i++) {
		int type = lua_type(l, i);
		if (type > LUA_TSTRING || type == LUA_TLIGHTUSERDATA) {
			lua_pushstring(l, luaL_typename(l, i));
			lua_replace(l, i);
		}
	}
	lua_CFunction real = lua_tocfunction(l, lua_upvalueindex(2));
	return real(l);
}

void lib_string(lua_State *l)
{
	static const char *const names[] = {"byte",    "char", "len",   "lower",
					    "reverse", "sub",  "upper", NULL};
	static const luaL_Reg own[] = {{"rep", rep}, {NULL, NULL}};
	luaL_requiref(l, "string", luaopen_string, 0);
	lua_newtable(l);
	lib_pick(l, -2, names);
	host_register(l, own);
	lua_getfield(l, -2, "format");
	host_push_guarded(l, format);
	lua_setfield(l, -2, "format");
	lua_remove(l, -2);
	/* "…":method() finds the same functions, through a metatable that no recipe can get at. */
	lua_pushliteral(l, "");
	lua_newtable(l);
	lua_pushvalue(l, -3);
	lua_setfield(l, -2, "__index");
	lua_pushboolean(l, 0);
	lua_setfield(l, -2, "__metatable");
	lua_setmetatable(l, -2);
	lua_pop(l, 1);
	lib_add_readonly(l, "string");
}
