/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_HOST_H
#define RECIPE_HOST_H

#include <locale.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "recipe/internal.h"

/*
 * The Lua state of a recipe folder, and the limits that count for the file under evaluation. One
 * state serves all files, each in a fresh _ENV over globals that no file can change.
 *
 * Functions that raise never return to their caller: they may hold nothing but arena memory.
 */
struct host {
	lua_State *lua;
	locale_t locale; /* the C locale, for the time of an evaluation */
	struct recipes *r;
	struct recipe_file *file; /* under evaluation */
	const char *subject;      /* recipe that messages name; NULL = the file's stem */
	size_t memory;            /* bytes that Lua has */
	size_t memory_max;        /* bytes that it may have */
	size_t arena_start;       /* r->a.used when the file began */
	unsigned refusals;        /* allocations refused */
	int refused_line;         /* of the recipe file, at the last refusal */
	int64_t steps;            /* left */
	int64_t start_ns;         /* processor time of this thread when the file began */
	int64_t wall_ns;          /* when to look at the processor time next */
	int64_t excused_ns;       /* processor time spent on reading and hashing files */
	const char *tripped;      /* the limit that was hit, in words, or NULL */
	int line;                 /* of the recipe file, where it failed; 0 = unknown */
	const char *libs[8];      /* build styles being loaded, to find cycles */
	size_t nlibs;
	struct fault *f;
	int raised;          /* code of the fault that a function of ours set, or 0 */
	struct buf scratch;  /* the file that readfile reads */
	struct map lib_code; /* name -> struct buf: compiled build styles */
};

/* Names of chunks in Lua's messages; translated to paths in the end. */
#define CHUNK_RECIPE "=recipe"
#define CHUNK_LIB    "=lib/"

/* ---- eval.c ---- */

/* Evaluates FILE into its decls; *H is made when NULL. */
int host_eval(struct host **h, struct recipes *r, struct recipe_file *file, struct fault *f);

/* ---- host.c ---- */

/* Makes a state and has SET_UP fill it. */
int host_new(struct recipes *r, lua_CFunction set_up, struct host **ret);
/* Frees H (may be NULL). */
void host_free(struct host *h);
/* Begins the count of every limit for FILE, whose faults go to F. */
void host_start_limits(struct host *h, struct recipe_file *file, struct fault *f);
/* Starts or ends the looks at the limits between instructions. */
void host_watch(lua_State *l, bool on);
/* Makes the table on top what every _ENV has below it. */
void host_set_globals(lua_State *l);
/* Gives the chunk on top a fresh _ENV. */
void host_give_env(lua_State *l);
/* Sets the fault: "PATH:LINE: recipe 'NAME': WHAT"; LINE 0 is unknown. Returns CODE. */
int host_report(struct host *h, int code, const char *path, int line, const char *what);
/* Returns the host of a state. */
struct host *host_of(lua_State *l);
/* Raises "FILE:LINE: recipe 'NAME': what" with code ERR_SYNTAX. */
_Noreturn void host_error(lua_State *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* As host_error, with another code. */
_Noreturn void host_fail(lua_State *l, int code, const char *what);
/* Returns a copy of the string at INDEX in the arena; raises when over the limits. */
const char *host_keep(lua_State *l, int index);
/* Notes what the evaluation read, as content_note; raises when out of memory. */
void host_note(lua_State *l, enum read_kind kind, const char *folder, const char *arg,
	       const char *path, const struct content *content);
/* Returns N zeroed elements of SIZE bytes in the arena; raises when over the limits. */
void *host_alloc(lua_State *l, size_t n, size_t size);
/* Counts N steps and raises when none are left. */
void host_charge(lua_State *l, int64_t n);
/* Brackets work whose time does not count: reading and hashing files. */
int64_t host_excuse_start(void);
void host_excuse_end(lua_State *l, int64_t start);
/* Returns the line of the recipe file that is being carried out, 0 when unknown. */
int host_line(lua_State *l);
/* Returns the folder of the file whose code called the running function. */
const char *host_folder(lua_State *l);
/* Adds the functions of LIST to the table on top; each call looks at the limits first. */
struct luaL_Reg;
void host_register(lua_State *l, const struct luaL_Reg *list);
/* Replaces the value on top by the guarded function F, whose second upvalue it becomes. */
void host_push_guarded(lua_State *l, lua_CFunction f);

/* ---- styles.c ---- */

/* Pushes build style NAME as a function that has not run yet. Raises when there is none. */
void host_push_lib(lua_State *l, const char *name);

/* ---- tagged.c: sources and recipes as values of Lua ---- */

/* Readies the state for them. */
void tagged_prepare(lua_State *l);
/* Returns the source value at INDEX, or NULL. */
const struct source_value *source_at(lua_State *l, int index);
/* Returns the recipe at INDEX, or NULL. */
struct decl *decl_at(lua_State *l, int index);
void source_push(lua_State *l, const struct source_value *s);
void decl_push(lua_State *l, const struct decl *d);

/* ---- functions of recipes ---- */

/* lib_*.c: what replaces Lua's library. Each adds to the globals table on top. */
void lib_base(lua_State *l);
void lib_string(lua_State *l);
void lib_table(lua_State *l);
/* lib_list.c: words, basename, with_suffix, replace, merge, concat. */
void lib_list(lua_State *l);
/* Adds the functions NAMES (ends in NULL) of the table at INDEX to the table on top, guarded. */
void lib_pick(lua_State *l, int index, const char *const *names);
/* Puts the table on top behind a proxy that cannot be written to, under NAME in the one below. */
void lib_add_readonly(lua_State *l, const char *name);
/* functions.c: recipe, debian, url, git, file, tree, text, out, input_path, lib, readfile. */
void lib_recipe(lua_State *l);
/* Returns the global function nearest to NAME, or NULL. */
const char *api_near(const char *name);
/* fields.c: turns the table at index 1 into D, whose file is set. Raises on errors. */
void fields_read(lua_State *l, struct decl *d);

#endif
