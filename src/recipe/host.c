/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <lauxlib.h>
#include <locale.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "recipe/host.h"

enum {
	HOOK_EVERY = 100,        /* instructions between looks at the limits */
	REFUSALS_MAX = 8,        /* refused allocations before memory counts as used up */
	COLLECT_ABOVE = 4 << 20, /* bytes in use between two files that are worth collecting */
};

/* Names of chunks in Lua's messages; translated to paths in the end. */
#define CHUNK_RECIPE "=recipe"
#define CHUNK_LIB    "=lib/"

static const char KEY_ENV; /* its address is the registry's key for the metatable of _ENVs */

struct host *host_of(lua_State *l)
{
	struct host *h;
	memcpy(&h, lua_getextraspace(l), sizeof h);
	return h;
}

/* Processor time of this thread in nanoseconds. */
static int64_t cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Returns the line at which the recipe file is being carried out, 0 when unknown. */
int host_line(lua_State *l)
{
	lua_Debug ar;
	for (int i = 0; lua_getstack(l, i, &ar); i++) {
		lua_getinfo(l, "Sl", &ar);
		if (ar.currentline > 0 && strcmp(ar.source, CHUNK_RECIPE) == 0)
			return ar.currentline;
	}
	return 0;
}

const char *host_folder(lua_State *l)
{
	struct host *h = host_of(l);
	lua_Debug ar;
	for (int i = 0; lua_getstack(l, i, &ar); i++) {
		lua_getinfo(l, "S", &ar);
		if (strncmp(ar.source, CHUNK_LIB, strlen(CHUNK_LIB)) == 0)
			return arena_fmt(&h->r->a, "%s/lib",
					 recipes_lib(h->r, ar.source + strlen(CHUNK_LIB)));
		if (strcmp(ar.source, CHUNK_RECIPE) == 0)
			return h->file->dir;
	}
	return h->file->dir;
}

/* Lua's allocator: counts, and refuses what is over the limit. */
static void *allocate(void *ud, void *ptr, size_t old, size_t new)
{
	struct host *h = ud;
	size_t had = ptr ? old : 0;
	if (new == 0) {
		h->memory -= had;
		free(ptr);
		return NULL;
	}
	if (new > had && h->memory - had + new > h->memory_max) {
		h->refused_line = h->lua ? host_line(h->lua) : 0;
		if (++h->refusals > REFUSALS_MAX)
			h->memory_max = 0; /* no more tries: each costs a full collection */
		return NULL;
	}
	void *p = realloc(ptr, new);
	if (p)
		h->memory += new - had;
	return p;
}

/* Ends the evaluation because of a limit. Does not return. */
static _Noreturn void trip(lua_State *l, const char *what)
{
	struct host *h = host_of(l);
	h->tripped = what;
	h->line = host_line(l);
	lua_pushstring(l, what);
	lua_error(l);
	abort(); /* lua_error does not return */
}

/* Looks at the clock; the processor time is asked for only when enough time has passed. */
static void check_time(lua_State *l)
{
	struct host *h = host_of(l);
	const int64_t max = (int64_t)RECIPE_TIME_MAX_MS * 1000000;
	int64_t now = sys_monotonic_ns();
	if (now < h->wall_ns)
		return;
	int64_t used = cpu_ns() - h->start_ns - h->excused_ns;
	if (used > max)
		trip(l, "it takes too much time (an endless loop?)");
	h->wall_ns = now + (max - used) + 1000000;
}

void host_charge(lua_State *l, int64_t n)
{
	struct host *h = host_of(l);
	h->steps -= n;
	if (h->steps < 0)
		trip(l, "it takes too many steps (an endless loop?)");
}

static void hook(lua_State *l, lua_Debug *ar)
{
	(void)ar;
	host_charge(l, HOOK_EVERY);
	check_time(l);
}

/* Carries out the library function in the first upvalue, after a look at the limits. */
static int guarded(lua_State *l)
{
	lua_CFunction f = lua_tocfunction(l, lua_upvalueindex(1));
	host_charge(l, 1);
	check_time(l);
	return f(l);
}

void host_push_guarded(lua_State *l, lua_CFunction f)
{
	lua_pushcfunction(l, f);
	lua_insert(l, -2);
	lua_pushcclosure(l, guarded, 2);
}

void host_register(lua_State *l, const struct luaL_Reg *list)
{
	for (; list->name; list++) {
		lua_pushcfunction(l, list->func);
		lua_pushcclosure(l, guarded, 1);
		lua_setfield(l, -2, list->name);
	}
}

int64_t host_excuse_start(void)
{
	return cpu_ns();
}

void host_excuse_end(lua_State *l, int64_t start)
{
	host_of(l)->excused_ns += cpu_ns() - start;
}

/* Sets the fault: where, which recipe, what. Returns CODE. */
static int report(struct host *h, int code, const char *path, int line, const char *what)
{
	const char *subject = h->subject ? h->subject : h->file->stem;
	if (line > 0)
		return fault_set(h->f, code, "%s:%d: recipe '%s': %s", path, line, subject,
				 what);
	return fault_set(h->f, code, "%s: recipe '%s': %s", path, subject, what);
}

_Noreturn void host_fail(lua_State *l, int code, const char *what)
{
	struct host *h = host_of(l);
	h->raised = report(h, code, h->file->path, host_line(l), what);
	lua_pushliteral(l, "raised");
	lua_error(l);
	abort(); /* lua_error does not return */
}

_Noreturn void host_error(lua_State *l, const char *fmt, ...)
{
	char what[FAULT_WHAT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	host_fail(l, ERR_SYNTAX, what);
}

void *host_alloc(lua_State *l, size_t n, size_t size)
{
	struct host *h = host_of(l);
	struct arena *a = &h->r->a;
	if (a->used - h->arena_start > RECIPE_MEMORY_MAX || n > RECIPE_MEMORY_MAX / (size + 1))
		trip(l, "it needs too much memory");
	void *p = arena_array(a, n, size);
	if (!p)
		host_fail(l, -ENOMEM, "out of memory");
	return p;
}

const char *host_keep(lua_State *l, int index)
{
	size_t n;
	const char *s = lua_tolstring(l, index, &n);
	char *p = host_alloc(l, n + 1, 1);
	memcpy(p, s, n);
	return p;
}

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
	lua_newtable(l); /* the metatable of every _ENV */
	lua_insert(l, -2);
	lua_setfield(l, -2, "__index");
	lua_pushboolean(l, 0);
	lua_setfield(l, -2, "__metatable");
	lua_rawsetp(l, LUA_REGISTRYINDEX, &KEY_ENV);
	return 0;
}

static int host_new(struct recipes *r, struct host **ret)
{
	struct host *h = calloc(1, sizeof *h);
	if (!h)
		return -ENOMEM;
	h->r = r;
	h->memory_max = SIZE_MAX;
	h->wall_ns = INT64_MAX;
	h->steps = INT64_MAX;
	h->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	lua_State *l = h->locale ? lua_newstate(allocate, h) : NULL;
	if (!l) {
		if (h->locale)
			freelocale(h->locale);
		free(h);
		return -ENOMEM;
	}
	memcpy(lua_getextraspace(l), &h, sizeof h);
	h->lua = l;
	lua_pushcfunction(l, set_up);
	if (lua_pcall(l, 0, 0, 0) != LUA_OK) {
		host_free(h);
		return -ENOMEM;
	}
	*ret = h;
	return 0;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	lua_close(h->lua);
	freelocale(h->locale);
	for (size_t i = 0; i < h->lib_code.n; i++) {
		struct buf *b = h->lib_code.entries[i].value;
		buf_release(b);
		free(b);
	}
	map_release(&h->lib_code);
	buf_release(&h->scratch);
	free(h);
}

/* Gives the chunk on top a fresh _ENV. */
static void give_env(lua_State *l)
{
	lua_newtable(l);
	lua_rawgetp(l, LUA_REGISTRYINDEX, &KEY_ENV);
	lua_setmetatable(l, -2);
	lua_setupvalue(l, -2, 1);
}

static int dump_part(lua_State *l, const void *p, size_t n, void *ud)
{
	(void)l;
	buf_add(ud, p, n);
	return buf_failed(ud);
}

/* Compiles build style NAME and keeps the code; loading that is much faster than compiling again. */
static void compile_lib(lua_State *l, const char *name, struct buf *code)
{
	struct host *h = host_of(l);
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	int64_t start = host_excuse_start();
	char *path = arena_fmt(&h->r->a, "%s/lib/%s.lua", recipes_lib(h->r, name), name);
	int r = path ? file_read(path, RECIPE_FILE_MAX, &text, &f) : -ENOMEM;
	host_excuse_end(l, start);
	if (r < 0) {
		buf_release(&text);
		if (r == -ENOENT)
			host_error(l, "there is no build style '%s' (%s)", name, path);
		host_fail(l, r, f.what);
	}
	char chunk[64];
	snprintf(chunk, sizeof chunk, CHUNK_LIB "%s", name);
	r = luaL_loadbufferx(l, buf_str(&text), text.len, chunk, "t");
	buf_release(&text);
	if (r != LUA_OK)
		lua_error(l);
	if (lua_dump(l, dump_part, code, 0) != 0)
		host_fail(l, -ENOMEM, "out of memory");
	lua_pop(l, 1);
}

/* Pushes build style NAME, loaded but not run. */
void host_push_lib(lua_State *l, const char *name)
{
	struct host *h = host_of(l);
	struct buf *code = map_get(&h->lib_code, view_of(name));
	if (!code) {
		const char *key = arena_str(&h->r->a, name);
		code = key ? calloc(1, sizeof *code) : NULL;
		if (!code || map_put(&h->lib_code, view_of(key), code) < 0) {
			free(code);
			host_fail(l, -ENOMEM, "out of memory");
		}
	}
	if (!code->len)
		compile_lib(l, name, code);
	char chunk[64];
	snprintf(chunk, sizeof chunk, CHUNK_LIB "%s", name);
	if (luaL_loadbufferx(l, code->ptr, code->len, chunk, "b") != LUA_OK)
		lua_error(l);
	give_env(l);
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
	give_env(l);
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
		return report(h, ERR_LIMIT, h->file->path, h->line, h->tripped);
	if (status == LUA_ERRMEM)
		return report(h, ERR_LIMIT, h->file->path, h->refused_line,
			      "it needs too much memory");
	const char *msg = lua_type(l, -1) == LUA_TSTRING ? lua_tostring(l, -1) : NULL;
	if (!msg)
		return report(h, ERR_SYNTAX, h->file->path, h->line,
			      "error was called with something that is not text");
	const char *path = NULL;
	int line = 0;
	const char *what = split(h, msg, &path, &line);
	if (!path || path == h->file->path)
		return report(h, ERR_SYNTAX, h->file->path, line ? line : h->line, what);
	char more[FAULT_WHAT_MAX];
	snprintf(more, sizeof more, "%s:%d: %s", path, line, what);
	return report(h, ERR_SYNTAX, h->file->path, h->line, more);
}

/* Begins the count of every limit for FILE. */
static void start_limits(struct host *h, struct recipe_file *file, struct fault *f)
{
	if (h->memory > COLLECT_ABOVE) {
		h->memory_max = SIZE_MAX;
		lua_gc(h->lua, LUA_GCCOLLECT);
	}
	h->file = file;
	h->subject = NULL;
	h->memory_max = h->memory + RECIPE_MEMORY_MAX;
	h->arena_start = h->r->a.used;
	h->refusals = 0;
	h->refused_line = 0;
	h->steps = RECIPE_STEPS_MAX;
	h->start_ns = cpu_ns();
	h->wall_ns = sys_monotonic_ns() + (int64_t)RECIPE_TIME_MAX_MS * 1000000;
	h->excused_ns = 0;
	h->tripped = NULL;
	h->line = 0;
	h->nlibs = 0;
	h->f = f;
	h->raised = 0;
}

int host_eval(struct host **host, struct recipes *r, struct recipe_file *file, struct fault *f)
{
	struct buf text = BUF_INIT;
	if (!*host && host_new(r, host) < 0)
		return fault_set(f, -ENOMEM, "cannot start the recipe host:");
	struct host *h = *host;
	int e = file_read(file->path, RECIPE_FILE_MAX, &text, f);
	if (e < 0) {
		buf_release(&text);
		return e;
	}
	struct fault local = FAULT_INIT;
	start_limits(h, file, f ? f : &local);
	/* Comparing strings and writing numbers must not depend on the caller's locale. */
	locale_t before = uselocale(h->locale);
	lua_State *l = h->lua;
	lua_sethook(l, hook, LUA_MASKCOUNT, HOOK_EVERY);
	lua_pushcfunction(l, on_error);
	lua_pushcfunction(l, run);
	lua_pushlightuserdata(l, &text);
	int status = lua_pcall(l, 1, 0, 1);
	lua_sethook(l, NULL, 0, 0);
	if (status != LUA_OK)
		e = explain(h, status);
	h->memory_max = SIZE_MAX;
	lua_settop(l, 0);
	uselocale(before);
	buf_release(&text);
	return e;
}
