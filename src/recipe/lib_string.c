/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "recipe/pattern.h"

/*
 * The string library. Functions with patterns are our own, over a matcher that counts its steps;
 * rep is bounded; format shows no addresses.
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

/* Matches P at AT, raising its errors. */
static ptrdiff_t run(lua_State *l, struct pattern *p, size_t at)
{
	ptrdiff_t r = pattern_match(p, at);
	if (r == PATTERN_ERROR) {
		if (*p->steps < 0)
			host_charge(l, 0);
		luaL_error(l, "%s", p->error);
	}
	return r;
}

/* Pushes capture I of a match of P from START to END; without captures, 0 is the whole match. */
static void push_capture(lua_State *l, const struct pattern *p, int i, size_t start, size_t end)
{
	if (i >= p->ncaptures) {
		if (i > 0)
			luaL_error(l, "invalid capture index %%%d", i + 1);
		lua_pushlstring(l, p->subject.ptr + start, end - start);
	} else if (p->captures[i].len == PATTERN_POSITION) {
		lua_pushinteger(l, (lua_Integer)p->captures[i].start + 1);
	} else {
		lua_pushlstring(l, p->subject.ptr + p->captures[i].start,
				(size_t)p->captures[i].len);
	}
}

/* Pushes all captures (WHOLE: the whole match when there are none). Returns how many. */
static int push_captures(lua_State *l, const struct pattern *p, bool whole, size_t start,
			 size_t end)
{
	int n = p->ncaptures || !whole ? p->ncaptures : 1;
	luaL_checkstack(l, n, "too many captures");
	for (int i = 0; i < n; i++)
		push_capture(l, p, i, start, end);
	return n;
}

/* Sets P up from the subject at index 1 and the pattern at 2. Returns whether it is anchored. */
static bool prepare(lua_State *l, struct pattern *p)
{
	*p = (struct pattern){
	    .subject = check_view(l, 1), .text = check_view(l, 2), .steps = &host_of(l)->steps};
	bool anchored = p->text.len && p->text.ptr[0] == '^';
	p->text.ptr += anchored;
	p->text.len -= anchored;
	return anchored;
}

/* Returns the offset where a search begins: argument 3, 1-based, negative from the end. */
static size_t start_of(lua_State *l, size_t len)
{
	lua_Integer i = luaL_optinteger(l, 3, 1);
	if (i > 0)
		return (lua_Unsigned)i - 1 > len ? len + 1 : (size_t)i - 1;
	return i == 0 || (lua_Unsigned)-i > len ? 0 : len - (size_t)-i;
}

static int find_plain(lua_State *l, struct view s, struct view what, size_t at)
{
	const char *p = memmem(s.ptr + at, s.len - at, what.ptr, what.len);
	if (!p) {
		lua_pushnil(l);
		return 1;
	}
	lua_pushinteger(l, (lua_Integer)(p - s.ptr) + 1);
	lua_pushinteger(l, (lua_Integer)(p - s.ptr) + (lua_Integer)what.len);
	return 2;
}

static int search(lua_State *l, bool find)
{
	struct pattern p;
	bool anchored = prepare(l, &p);
	size_t at = start_of(l, p.subject.len);
	if (at <= p.subject.len && find && !anchored &&
	    (lua_toboolean(l, 4) || pattern_is_plain(p.text)))
		return find_plain(l, p.subject, p.text, at);
	if (find && anchored && lua_toboolean(l, 4) && at <= p.subject.len)
		return find_plain(l, p.subject, check_view(l, 2), at);
	for (; at <= p.subject.len; at++) {
		ptrdiff_t end = run(l, &p, at);
		if (end != PATTERN_NONE) {
			if (!find)
				return push_captures(l, &p, true, at, (size_t)end);
			lua_pushinteger(l, (lua_Integer)at + 1);
			lua_pushinteger(l, (lua_Integer)end);
			return 2 + push_captures(l, &p, false, at, (size_t)end);
		}
		if (anchored)
			break;
	}
	lua_pushnil(l);
	return 1;
}

static int find(lua_State *l)
{
	return search(l, true);
}

static int match(lua_State *l)
{
	return search(l, false);
}

/* The iterator of gmatch: upvalues are subject, pattern, where to go on, end of the last match. */
static int gmatch_next(lua_State *l)
{
	lua_settop(l, 0);
	lua_pushvalue(l, lua_upvalueindex(1));
	lua_pushvalue(l, lua_upvalueindex(2));
	struct pattern p;
	prepare(l, &p);
	p.text = check_view(l, 2); /* a ^ is not special here */
	size_t at = (size_t)lua_tointeger(l, lua_upvalueindex(3));
	lua_Integer last = lua_tointeger(l, lua_upvalueindex(4));
	for (; at <= p.subject.len; at++) {
		ptrdiff_t end = run(l, &p, at);
		if (end == PATTERN_NONE || end == last)
			continue;
		lua_pushinteger(l, end);
		lua_copy(l, -1, lua_upvalueindex(3));
		lua_replace(l, lua_upvalueindex(4));
		return push_captures(l, &p, true, at, (size_t)end);
	}
	lua_pushinteger(l, (lua_Integer)p.subject.len + 1);
	lua_replace(l, lua_upvalueindex(3));
	return 0;
}

static int gmatch(lua_State *l)
{
	check_view(l, 1);
	check_view(l, 2);
	lua_settop(l, 2);
	lua_pushinteger(l, 0);
	lua_pushinteger(l, -1);
	lua_pushcclosure(l, gmatch_next, 4);
	return 1;
}

/* Adds the replacement text at index 3 with its %0 to %9. */
static void add_text(lua_State *l, luaL_Buffer *b, const struct pattern *p, size_t start,
		     size_t end)
{
	struct view r;
	r.ptr = lua_tolstring(l, 3, &r.len);
	for (size_t i = 0; i < r.len; i++) {
		if (r.ptr[i] != '%') {
			luaL_addchar(b, r.ptr[i]);
			continue;
		}
		char c = ++i < r.len ? r.ptr[i] : 0;
		if (c == '%') {
			luaL_addchar(b, '%');
		} else if (c == '0') {
			luaL_addlstring(b, p->subject.ptr + start, end - start);
		} else if (c >= '1' && c <= '9') {
			push_capture(l, p, c - '1', start, end);
			luaL_tolstring(l, -1, NULL);
			lua_remove(l, -2);
			luaL_addvalue(b);
		} else {
			luaL_error(l, "invalid use of '%%' in replacement string");
		}
	}
}

/* Adds what a match from START to END is replaced with. */
static void add_replacement(lua_State *l, luaL_Buffer *b, const struct pattern *p, size_t start,
			    size_t end)
{
	int type = lua_type(l, 3);
	if (type == LUA_TSTRING || type == LUA_TNUMBER) {
		add_text(l, b, p, start, end);
		return;
	}
	if (type == LUA_TTABLE) {
		push_capture(l, p, 0, start, end);
		lua_gettable(l, 3);
	} else {
		lua_pushvalue(l, 3);
		int n = push_captures(l, p, true, start, end);
		lua_call(l, n, 1);
	}
	if (!lua_toboolean(l, -1)) {
		lua_pop(l, 1);
		luaL_addlstring(b, p->subject.ptr + start, end - start);
	} else if (!lua_isstring(l, -1)) {
		luaL_error(l, "invalid replacement value (a %s)", luaL_typename(l, -1));
	} else {
		luaL_addvalue(b);
	}
}

static int gsub(lua_State *l)
{
	struct pattern p;
	bool anchored = prepare(l, &p);
	int type = lua_type(l, 3);
	luaL_argexpected(l,
			 type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TTABLE ||
			     type == LUA_TFUNCTION,
			 3, "string/function/table");
	lua_Integer max = luaL_optinteger(l, 4, LUA_MAXINTEGER), n = 0;
	size_t at = 0;
	ptrdiff_t last = -1;
	luaL_Buffer b;
	luaL_buffinit(l, &b);
	while (n < max) {
		ptrdiff_t end = run(l, &p, at);
		if (end != PATTERN_NONE && end != last) {
			n++;
			add_replacement(l, &b, &p, at, (size_t)end);
			last = end;
			at = (size_t)end;
		} else if (at < p.subject.len) {
			luaL_addchar(&b, p.subject.ptr[at++]);
		} else {
			break;
		}
		if (anchored)
			break;
	}
	luaL_addlstring(&b, p.subject.ptr + at, p.subject.len - at);
	luaL_pushresult(&b);
	lua_pushinteger(l, n);
	return 2;
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
	static const luaL_Reg own[] = {{"find", find},   {"gmatch", gmatch}, {"gsub", gsub},
				       {"match", match}, {"rep", rep},       {NULL, NULL}};
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
