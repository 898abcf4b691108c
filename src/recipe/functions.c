/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/path.h"
#include "json/json.h"
#include "recipe/suggest.h"

/* What recipes call. */
/* Reading files is not processor time of the recipe's, so it costs steps instead. */
enum { STEPS_FILE = LIMIT_RECIPE_READ, BYTES_STEP = 8 };

/* Returns the text argument INDEX of function WHAT. */
static const char *check_text(lua_State *l, int index, const char *what)
{
	struct view v;
	if (lua_type(l, index) != LUA_TSTRING)
		host_error(l, "%s needs a text, not %s", what, luaL_typename(l, index));
	v.ptr = lua_tolstring(l, index, &v.len);
	if (!json_is_text(v))
		host_error(l, "%s: its argument is not UTF-8 text", what);
	return v.ptr;
}

/* Makes a source of KIND that Lua holds. */
static struct source_value *push_source(lua_State *l, enum source_kind kind)
{
	struct source_value *s = host_alloc(l, 1, sizeof *s);
	s->kind = kind;
	source_push(l, s);
	return s;
}

/* Returns the last component of the URI S without its query. */
static const char *uri_name(lua_State *l, const char *s)
{
	struct host *h = host_of(l);
	size_t n = strcspn(s, "?#");
	size_t from = n;
	while (from > 0 && s[from - 1] != '/')
		from--;
	const char *name = arena_strv(&h->r->a, (struct view){s + from, n - from});
	if (!name)
		host_fail(l, -ENOMEM, "out of memory");
	return name;
}

/* debian "t/tcc/tcc_0.9.27.orig.tar.bz2": a file of the Debian archive's pool. */
static int api_debian(lua_State *l)
{
	const char *path = check_text(l, 1, "debian");
	if (!path_is_clean(view_of(path)))
		host_error(l, "debian: '%s' is not a clean path below pool/main", path);
	lua_pushfstring(l, "debian:%s", path);
	const char *uri = host_keep(l, -1);
	const char *name = uri_name(l, uri);
	struct source_value *s = push_source(l, SOURCE_URI);
	s->uri = uri;
	s->name = name;
	return 1;
}

static bool has_scheme(const char *uri, const char *const *schemes)
{
	for (; *schemes; schemes++)
		if (strncmp(uri, *schemes, strlen(*schemes)) == 0)
			return true;
	return false;
}

static int uri_source(lua_State *l, const char *what, enum source_kind kind)
{
	static const char *const schemes[] = {"https://", "http://", "file:///", NULL};
	const char *uri = check_text(l, 1, what);
	if (!has_scheme(uri, schemes))
		host_error(l, "%s: '%s' does not begin with https://, http:// or file:///",
			   what, uri);
	for (const char *p = uri; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7F)
			host_error(l, "%s: '%s' holds a blank or control character", what, uri);
	uri = host_keep(l, 1);
	const char *name = uri_name(l, uri);
	struct source_value *s = push_source(l, kind);
	s->uri = uri;
	s->name = name;
	return 1;
}

static int api_url(lua_State *l)
{
	return uri_source(l, "url", SOURCE_URI);
}

static int api_git(lua_State *l)
{
	return uri_source(l, "git", SOURCE_GIT);
}

/* file and tree: hashed at once, so that a recipe's id tells what it holds. */
static int local_source(lua_State *l, const char *what, enum source_kind kind)
{
	struct host *h = host_of(l);
	struct fault f = FAULT_INIT;
	const struct content *content = NULL;
	const char *path = NULL;
	const char *arg = check_text(l, 1, what), *folder = host_folder(l);
	host_charge(l, STEPS_FILE);
	int64_t start = host_excuse_start();
	int r = local_resolve(h->r, folder, arg, &path, &f);
	if (r == 0 && kind == SOURCE_TREE &&
	    strcmp(path, recipes_layer(h->r, folder)->repo) == 0)
		r = fault_set(&f, ERR_UNSAFE, "'%s' is the whole repository", arg);
	if (r == 0)
		r = local_hash(h->r, path, kind == SOURCE_TREE, &content, &f);
	host_excuse_end(l, start);
	if (r != 0) {
		fault_wrap(&f, "%s", what);
		host_fail(l, r, f.what);
	}
	host_note(l, kind == SOURCE_TREE ? READ_TREE : READ_FILE, folder, host_keep(l, 1), path,
		  content);
	struct source_value *s = push_source(l, kind);
	s->path = path;
	s->name = path_base(path);
	s->hash = content->digest;
	return 1;
}

static int api_file(lua_State *l)
{
	return local_source(l, "file", SOURCE_FILE);
}

static int api_tree(lua_State *l)
{
	return local_source(l, "tree", SOURCE_TREE);
}

/* text("config.h", "…"): a file written in the recipe. */
static int api_text(lua_State *l)
{
	const char *name = check_text(l, 1, "text");
	if (!path_is_component(view_of(name)))
		host_error(l, "text: '%s' cannot name a file", name);
	if (lua_type(l, 2) != LUA_TSTRING)
		host_error(l, "text: the content must be a text, not %s", luaL_typename(l, 2));
	name = host_keep(l, 1);
	const char *content = host_keep(l, 2);
	struct source_value *s = push_source(l, SOURCE_TEXT);
	s->name = name;
	s->text = content;
	lua_tolstring(l, 2, &s->text_len);
	return 1;
}

/* out "bin/x": where the output's file bin/x stands during the build; out "" is the output. */
static int api_out(lua_State *l)
{
	const char *path = lua_isnoneornil(l, 1) ? "" : check_text(l, 1, "out");
	if (*path && !path_is_clean(view_of(path)))
		host_error(l, "out: '%s' is not a clean relative path", path);
	lua_pushfstring(l, MARK "o" MARK "%s%s", *path ? "/" : "", path);
	return 1;
}

/* input_path "mes/lib": where lib of the input mes stands during the build. */
static int api_input_path(lua_State *l)
{
	const char *path = check_text(l, 1, "input_path");
	size_t n = strcspn(path, "/");
	if (!path_is_name((struct view){path, n}) ||
	    (path[n] && !path_is_clean(view_of(path + n + 1))))
		host_error(l, "input_path: '%s' is not NAME or NAME/PATH", path);
	lua_pushlstring(l, path, n);
	lua_pushfstring(l, MARK "i%s" MARK "%s", lua_tostring(l, -1), path + n);
	return 1;
}

/* Calls the build style's function in the upvalue. A C function here keeps the recipe file's frame
 * on the stack through `return style {…}`, so that errors can name its line. */
static int call_style(lua_State *l)
{
	lua_pushvalue(l, lua_upvalueindex(1));
	lua_insert(l, 1);
	lua_call(l, lua_gettop(l) - 1, LUA_MULTRET);
	return lua_gettop(l);
}

/* Replaces the function on top by one that calls it through call_style. */
static void wrap_style(lua_State *l)
{
	if (lua_type(l, -1) == LUA_TFUNCTION && !lua_iscfunction(l, -1))
		lua_pushcclosure(l, call_style, 1);
}

/* lib "name": what the build style recipes/lib/name.lua returns, loaded afresh for each file. */
static int api_lib(lua_State *l)
{
	struct host *h = host_of(l);
	const char *name = check_text(l, 1, "lib");
	if (!path_is_name(view_of(name)) || strlen(name) > 48)
		host_error(l, "lib: '%s' cannot name a build style", name);
	for (size_t i = 0; i < h->nlibs; i++)
		if (strcmp(h->libs[i], name) == 0)
			host_error(l, "lib: build style '%s' needs itself", name);
	if (h->nlibs == sizeof h->libs / sizeof *h->libs)
		host_error(l, "lib: build styles nest deeper than %zu", h->nlibs);
	host_push_lib(l, name);
	h->libs[h->nlibs++] = name; /* the argument stays on the stack */
	lua_call(l, 0, 1);
	h->nlibs--;
	wrap_style(l);
	if (!lua_istable(l, -1))
		return 1;
	lua_newtable(l);
	for (lua_pushnil(l); lua_next(l, -3);) {
		wrap_style(l);
		lua_pushvalue(l, -2);
		lua_insert(l, -2);
		lua_rawset(l, -4);
	}
	return 1;
}

/* readfile "x": the content of a file of the repository. */
static int api_readfile(lua_State *l)
{
	struct host *h = host_of(l);
	struct fault f = FAULT_INIT;
	const char *path = NULL;
	const char *arg = check_text(l, 1, "readfile"), *folder = host_folder(l);
	host_charge(l, STEPS_FILE);
	int64_t start = host_excuse_start();
	buf_clear(&h->scratch);
	const struct content *content = NULL;
	struct stamp stamp = {{0}};
	int r = local_resolve(h->r, folder, arg, &path, &f);
	if (r == 0) {
		content_stamp(h->r, path, &stamp);
		r = file_read(path, RECIPE_FILE_MAX, &h->scratch, &f);
	}
	if (r == 0)
		r = content_set(h->r, READ_TEXT, path, &stamp, buf_view(&h->scratch), &content);
	host_excuse_end(l, start);
	if (r < 0) {
		fault_wrap(&f, "readfile");
		host_fail(l, r, f.what);
	}
	host_note(l, READ_TEXT, folder, host_keep(l, 1), path, content);
	host_charge(l, (int64_t)(h->scratch.len / BYTES_STEP));
	lua_pushlstring(l, buf_str(&h->scratch), h->scratch.len);
	return 1;
}

static int api_recipe(lua_State *l)
{
	struct host *h = host_of(l);
	if (!lua_istable(l, 1))
		host_error(l, "recipe needs a table, not %s", luaL_typename(l, 1));
	lua_settop(l, 1);
	struct decl *d = host_alloc(l, 1, sizeof *d);
	d->file = h->file;
	d->drv.meta.file = h->file->path;
	d->drv.meta.line = host_line(l);
	fields_read(l, d);
	h->subject = NULL;
	decl_push(l, d);
	return 1;
}

static const luaL_Reg api[] = {
    {"recipe", api_recipe}, {"debian", api_debian},     {"url", api_url},
    {"git", api_git},       {"file", api_file},         {"tree", api_tree},
    {"text", api_text},     {"out", api_out},           {"input_path", api_input_path},
    {"lib", api_lib},       {"readfile", api_readfile}, {NULL, NULL}};

const char *api_near(const char *name)
{
	static const char *const others[] = {
	    "assert",   "error",    "ipairs",      "pairs",   "select", "tonumber",
	    "tostring", "type",     "string",      "table",   "math",   "utf8",
	    "words",    "basename", "with_suffix", "replace", "merge",  "concat"};
	const char *names[sizeof api / sizeof *api + sizeof others / sizeof *others];
	size_t n = 0;
	for (const luaL_Reg *f = api; f->name; f++)
		names[n++] = f->name;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		names[n++] = others[i];
	return near_word(name, names, n);
}

void lib_recipe(lua_State *l)
{
	tagged_prepare(l);
	host_register(l, api);
}
