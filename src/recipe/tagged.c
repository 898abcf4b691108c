/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>

/* Values that Lua holds: pointers into the arena, tagged by metatables. */
#define TAG_SOURCE "boot-hurd source"
#define TAG_RECIPE "boot-hurd recipe"

static void *tagged(lua_State *l, int index, const char *tag)
{
	void **p = luaL_testudata(l, index, tag);
	return p ? *p : NULL;
}

const struct source_value *source_at(lua_State *l, int index)
{
	return tagged(l, index, TAG_SOURCE);
}

struct decl *decl_at(lua_State *l, int index)
{
	return tagged(l, index, TAG_RECIPE);
}

static void push_tagged(lua_State *l, const void *value, const char *tag)
{
	const void **p = lua_newuserdatauv(l, sizeof *p, 0);
	*p = value;
	luaL_setmetatable(l, tag);
}

void source_push(lua_State *l, const struct source_value *s)
{
	push_tagged(l, s, TAG_SOURCE);
}

void decl_push(lua_State *l, const struct decl *d)
{
	push_tagged(l, d, TAG_RECIPE);
}

void tagged_prepare(lua_State *l)
{
	luaL_newmetatable(l, TAG_SOURCE);
	luaL_newmetatable(l, TAG_RECIPE);
	lua_pop(l, 2);
}
