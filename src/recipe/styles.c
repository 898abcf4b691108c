/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

/* The build styles of lib/, compiled once. */

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
	const struct content *content;
	struct stamp stamp;
	char *path = arena_fmt(&h->r->a, "%s/lib/%s.lua", recipes_lib(h->r, name), name);
	if (path)
		content_stamp(h->r, path, &stamp);
	int r = path ? file_read(path, RECIPE_FILE_MAX, &text, &f) : -ENOMEM;
	if (r == 0)
		r = content_set(h->r, READ_LIB, path, &stamp, buf_view(&text), &content);
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

/* Notes that build style NAME, whose content is known, is used. */
static void note_lib(lua_State *l, const char *name)
{
	struct host *h = host_of(l);
	struct fault f = FAULT_INIT;
	const struct content *content = NULL;
	const char *dir = recipes_lib(h->r, name);
	const char *kept = arena_str(&h->r->a, name);
	const char *path = arena_fmt(&h->r->a, "%s/lib/%s.lua", dir, name);
	int r = kept && path ? content_get(h->r, READ_LIB, path, NULL, NULL, &content, &f)
			     : -ENOMEM;
	if (r < 0)
		host_fail(l, r, f.what);
	host_note(l, READ_LIB, dir, kept, path, content);
}

void host_push_lib(lua_State *l, const char *name)
{
	struct host *h = host_of(l);
	struct buf *code = map_get(&h->lib_code, view_of(name));
	if (!code) {
		const char *key = arena_str(&h->r->a, name);
		code = key ? calloc(1, sizeof *code) : NULL;
		if (code && map_put(&h->lib_code, view_of(key), code) < 0) {
			free(code);
			code = NULL;
		}
	}
	if (!code) {
		host_fail(l, -ENOMEM, "out of memory");
		return;
	}
	if (!code->len)
		compile_lib(l, name, code);
	note_lib(l, name);
	char chunk[64];
	snprintf(chunk, sizeof chunk, CHUNK_LIB "%s", name);
	if (luaL_loadbufferx(l, code->ptr, code->len, chunk, "b") != LUA_OK)
		lua_error(l);
	host_give_env(l);
}
