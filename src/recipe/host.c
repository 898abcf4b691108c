/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <lauxlib.h>
#include <locale.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sys.h"
#include "recipe/host.h"

enum {
	HOOK_EVERY = 100,        /* instructions between looks at the limits */
	REFUSALS_MAX = 8,        /* refused allocations before memory counts as used up */
	COLLECT_ABOVE = 4 << 20, /* bytes in use between two files that are worth collecting */
};

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

void host_watch(lua_State *l, bool on)
{
	lua_sethook(l, on ? hook : NULL, on ? LUA_MASKCOUNT : 0, on ? HOOK_EVERY : 0);
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

int host_report(struct host *h, int code, const char *path, int line, const char *what)
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
	h->raised = host_report(h, code, h->file->path, host_line(l), what);
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

void host_note(lua_State *l, enum read_kind kind, const char *folder, const char *arg,
	       const char *path, const struct content *content)
{
	if (content_note(host_of(l)->r, kind, folder, arg, path, content) < 0)
		host_fail(l, -ENOMEM, "out of memory");
}

int host_new(struct recipes *r, lua_CFunction set_up, struct host **ret)
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

void host_set_globals(lua_State *l)
{
	lua_newtable(l); /* the metatable of every _ENV */
	lua_insert(l, -2);
	lua_setfield(l, -2, "__index");
	lua_pushboolean(l, 0);
	lua_setfield(l, -2, "__metatable");
	lua_rawsetp(l, LUA_REGISTRYINDEX, &KEY_ENV);
}

void host_give_env(lua_State *l)
{
	lua_newtable(l);
	lua_rawgetp(l, LUA_REGISTRYINDEX, &KEY_ENV);
	lua_setmetatable(l, -2);
	lua_setupvalue(l, -2, 1);
}

void host_start_limits(struct host *h, struct recipe_file *file, struct fault *f)
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
