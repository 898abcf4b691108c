/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* One recipe file, carried out; and what is said when that fails. */

/* Says that a name is not defined, and which one may have been meant. */
static int undefined(lua_State *l)
{
	static const char *const gone[] = {
	    "coroutine", "debug",        "dofile",     "getmetatable",   "io",
	    "load",      "loadfile",     "loadstring", "next",           "os",
	    "package",   "pcall",        "print",      "rawget",         "rawset",
	    "require",   "setmetatable", "xpcall",     "collectgarbage", "_G"};
	const char *name = lua_type(l, 2) == LUA_TSTRING ? lua_tostring(l, 2) : "?";
	luaL_where(l, 1);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (strcmp(name, gone[i]) == 0) {
			lua_pushfstring(l, "'%s' is not available in recipes", name);
			lua_concat(l, 2);
			return lua_error(l);
		}
	const char *near = api_near(name);
	lua_pushfstring(
	    l, near ? "'%s' is not defined; did you mean '%s'?" : "'%s' is not defined", name,
	    near);
	lua_concat(l, 2);
	return lua_error(l);
}

/* Fills the state: the globals, which are shared by all files and cannot be changed by them. */
static int set_up(lua_State *l)
{
	lua_newtable(l); /* what every _ENV has below it */
	lib_base(l);
	lib_string(l);
	lib_table(l);
	lib_list(l);
	lib_recipe(l);
	lua_newtable(l);
	lua_pushcfunction(l, undefined);
	lua_setfield(l, -2, "__index");
	lua_setmetatable(l, -2);
	host_set_globals(l);
	return 0;
}

/* Notes the line of an error raised by Lua itself. */
static int on_error(lua_State *l)
{
	struct host *h = host_of(l);
	if (!h->line)
		h->line = host_line(l);
	return 1;
}

/* Turns what the file returned (at the top) into the file's decls. */
static void take_result(lua_State *l, struct recipe_file *file)
{
	struct decl *d = decl_at(l, -1);
	size_t n = d ? 1 : lua_istable(l, -1) ? lua_rawlen(l, -1) : 0;
	if (lua_isnil(l, -1))
		host_error(l, "the file returns no recipe (is 'return' missing?)");
	if (!n)
		host_error(l, "the file must return a recipe or a list of recipes, not %s",
			   lua_istable(l, -1) ? "a table without recipes"
					      : luaL_typename(l, -1));
	file->decls = host_alloc(l, n, sizeof *file->decls);
	for (size_t i = 0; i < n; i++) {
		if (!d)
			lua_rawgeti(l, -1, (lua_Integer)i + 1);
		file->decls[i] = decl_at(l, -1);
		if (!file->decls[i])
			host_error(
			    l, "item %d of the returned list is not a recipe (use recipe {…})",
			    (int)i + 1);
		for (size_t k = 0; k < i; k++)
			if (file->decls[k] == file->decls[i])
				host_error(l, "the returned list names one recipe twice");
		if (!d)
			lua_pop(l, 1);
	}
	file->ndecls = n;
}

/* Compiles and runs the text in the light user data. */
static int run(lua_State *l)
{
	struct buf *text = lua_touserdata(l, 1);
	struct host *h = host_of(l);
	if (luaL_loadbufferx(l, buf_str(text), text->len, CHUNK_RECIPE, "t") != LUA_OK)
		return lua_error(l);
	host_give_env(l);
	lua_call(l, 0, LUA_MULTRET);
	h->subject = NULL;
	int n = lua_gettop(l) - 1;
	if (n == 0)
		lua_pushnil(l);
	if (n > 1) { /* several values are as good as a list */
		lua_createtable(l, n, 0);
		for (int i = 1; i <= n; i++) {
			lua_pushvalue(l, 1 + i);
			if (lua_isnil(l, -1))
				host_error(l, "value %d that the file returns is nil", i);
			lua_rawseti(l, -2, i);
		}
	}
	take_result(l, h->file);
	return 0;
}

/* Returns the path of the build style CHUNK, "lib/NAME". */
static const char *lib_path(struct host *h, struct view chunk)
{
	const char *name = arena_fmt(&h->r->a, "%.*s", (int)chunk.len - 4, chunk.ptr + 4);
	return name ? arena_fmt(&h->r->a, "%s/lib/%s.lua", recipes_lib(h->r, name), name)
		    : NULL;
}

/* Splits "CHUNK:LINE: text" as Lua writes it. Returns the text; *RET_PATH and *RET_LINE if there. */
static const char *split(struct host *h, const char *msg, const char **ret_path, int *ret_line)
{
	const size_t recipe = strlen(CHUNK_RECIPE) - 1, lib = strlen(CHUNK_LIB) - 1;
	const char *colon = strchr(msg, ':');
	if (!colon || colon[1] < '0' || colon[1] > '9')
		return msg;
	char *end;
	long line = strtol(colon + 1, &end, 10);
	if (*end != ':')
		return msg;
	if ((size_t)(colon - msg) == recipe && strncmp(msg, &CHUNK_RECIPE[1], recipe) == 0)
		*ret_path = h->file->path;
	else if (strncmp(msg, &CHUNK_LIB[1], lib) == 0)
		*ret_path = lib_path(h, (struct view){msg, (size_t)(colon - msg)});
	else
		return msg;
	*ret_line = (int)line;
	return end + (end[1] == ' ' ? 2 : 1);
}

/* Makes the fault of a failed run from the error value on top. */
static int explain(struct host *h, int status)
{
	lua_State *l = h->lua;
	if (h->raised)
		return h->raised;
	if (h->tripped)
		return host_report(h, ERR_LIMIT, h->file->path, h->line, h->tripped);
	if (status == LUA_ERRMEM)
		return host_report(h, ERR_LIMIT, h->file->path, h->refused_line,
				   "it needs too much memory");
	const char *msg = lua_type(l, -1) == LUA_TSTRING ? lua_tostring(l, -1) : NULL;
	if (!msg)
		return host_report(h, ERR_SYNTAX, h->file->path, h->line,
				   "error was called with something that is not text");
	const char *path = NULL;
	int line = 0;
	const char *what = split(h, msg, &path, &line);
	if (!path || path == h->file->path)
		return host_report(h, ERR_SYNTAX, h->file->path, line ? line : h->line, what);
	char more[FAULT_WHAT_MAX];
	snprintf(more, sizeof more, "%s:%d: %s", path, line, what);
	return host_report(h, ERR_SYNTAX, h->file->path, h->line, more);
}

int host_eval(struct host **host, struct recipes *r, struct recipe_file *file, struct fault *f)
{
	struct buf text = BUF_INIT;
	if (!*host && host_new(r, set_up, host) < 0)
		return fault_set(f, -ENOMEM, "cannot start the recipe host:");
	struct host *h = *host;
	int e = file_read(file->path, RECIPE_FILE_MAX, &text, f);
	if (e < 0) {
		buf_release(&text);
		return e;
	}
	struct fault local = FAULT_INIT;
	const struct content *content;
	r->nreads = 0;
	if (content_set(r, READ_RECIPE, file->path, &file->stamp, buf_view(&text), &content) <
		0 ||
	    content_note(r, READ_RECIPE, file->dir, file->stem, file->path, content) < 0) {
		buf_release(&text);
		return fault_set(f, -ENOMEM, "%s:", file->path);
	}
	host_start_limits(h, file, f ? f : &local);
	/* Comparing strings and writing numbers must not depend on the caller's locale. */
	locale_t before = uselocale(h->locale);
	lua_State *l = h->lua;
	host_watch(l, true);
	lua_pushcfunction(l, on_error);
	lua_pushcfunction(l, run);
	lua_pushlightuserdata(l, &text);
	int status = lua_pcall(l, 1, 0, 1);
	host_watch(l, false);
	if (status != LUA_OK)
		e = explain(h, status);
	h->memory_max = SIZE_MAX;
	lua_settop(l, 0);
	uselocale(before);
	buf_release(&text);
	if (e == 0 && memory_evaluated(r, file) < 0)
		e = fault_set(f, -ENOMEM, "%s:", file->path);
	return e;
}
