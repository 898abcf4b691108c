/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/host.h"

#include <errno.h>
#include <inttypes.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/sys.h"
#include "json/json.h"
#include "recipe/suggest.h"

/*
 * From the table that a recipe gives to a declaration. Everything is checked here that needs no
 * other recipe; drv_check looks at the rest once the inputs are known. Tables are read raw; nothing
 * but the arena is held, so raising is always fine.
 */

/* A table being read, and how messages call it. */
struct table {
	lua_State *l;
	struct decl *d;
	int index;         /* absolute */
	const char *where; /* "step", or "" for the recipe itself */
	size_t number;     /* 3 for "step 3", or 0 */
};

/* Raises "WHERE: what". */
static _Noreturn void bad(const struct table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static _Noreturn void bad(const struct table *t, const char *fmt, ...)
{
	char what[FAULT_WHAT_MAX / 2];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (t->number)
		host_error(t->l, "%s %zu: %s", t->where, t->number, what);
	host_error(t->l, "%s%s%s", t->where, *t->where ? ": " : "", what);
}

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* Raises the error for the key on top of the value on top, which T must not have. */
static void bad_key(const struct table *t, const char *const *fields, size_t n)
{
	if (lua_type(t->l, -2) != LUA_TNUMBER)
		bad(t, "a field's name is a %s", luaL_typename(t->l, -2));
	bad(t, "a %s stands in it without a field name%s%s%s", luaL_typename(t->l, -1),
	    n ? " (fields are written " : "", n ? fields[0] : "", n ? " = …)" : "");
}

/*
 * Refuses fields of T that are none of the N FIELDS. LIST: items 1, 2, … may be there too, without
 * holes; returns how many there are.
 */
static size_t check_keys(const struct table *t, const char *const *fields, size_t n, bool list)
{
	lua_State *l = t->l;
	const char *unknown = NULL;
	size_t items = 0, len = lua_rawlen(l, t->index);
	for (lua_pushnil(l); lua_next(l, t->index); lua_pop(l, 1)) {
		if (lua_type(l, -2) == LUA_TSTRING) {
			const char *key = lua_tostring(l, -2);
			if (!is_one_of(key, fields, n) &&
			    (!unknown || strcmp(key, unknown) < 0))
				unknown = key;
		} else if (list && lua_isinteger(l, -2)) {
			items++;
		} else {
			bad_key(t, fields, n);
		}
	}
	if (unknown) {
		char near[NEAR_TEXT];
		near_question(unknown, fields, n, "", near);
		bad(t, "unknown field '%s'%s", unknown, near);
	}
	if (items != len)
		bad(t, "the list has a hole (a nil) in it");
	if (len > LIMIT_RECIPE_LIST)
		bad(t, "the list is longer than %d", LIMIT_RECIPE_LIST);
	return len;
}

/* Pushes field NAME of T. Returns whether it is there (it stays on the stack either way). */
static bool push_field(const struct table *t, const char *name)
{
	lua_pushstring(t->l, name);
	return lua_rawget(t->l, t->index) != LUA_TNIL;
}

/* Returns the text on top, called NAME in messages. MARKS: `out` and `input_path` may be in it. */
static const char *take_text(const struct table *t, const char *name, bool marks)
{
	struct view v;
	if (lua_type(t->l, -1) != LUA_TSTRING)
		bad(t, "%s must be a text, not %s", name, luaL_typename(t->l, -1));
	v.ptr = lua_tolstring(t->l, -1, &v.len);
	if (v.len && memchr(v.ptr, MARK_BYTE, v.len)) {
		if (!marks)
			bad(t, "%s cannot hold out or input_path", name);
		if (memchr(v.ptr, 0, v.len))
			bad(t, "%s is not UTF-8 text", name);
		t->d->marked = true;
	} else if (!json_is_text(v)) {
		bad(t, "%s is not UTF-8 text", name);
	}
	return host_keep(t->l, -1);
}

/* Returns the text on top, item I of a list, which messages call "WHAT I". */
static const char *take_item(const struct table *t, const char *what, size_t i, bool marks)
{
	struct view v;
	char name[48];
	if (lua_type(t->l, -1) == LUA_TSTRING) {
		v.ptr = lua_tolstring(t->l, -1, &v.len);
		if (json_is_text(v))
			return host_keep(t->l, -1);
	}
	snprintf(name, sizeof name, "%s %zu", what, i);
	return take_text(t, name, marks);
}

/* Returns the text field NAME, or FALLBACK. */
static const char *get_text(const struct table *t, const char *name, const char *fallback,
			    bool marks)
{
	const char *r = push_field(t, name) ? take_text(t, name, marks) : fallback;
	lua_pop(t->l, 1);
	return r;
}

static bool get_bool(const struct table *t, const char *name, bool fallback)
{
	if (push_field(t, name)) {
		if (!lua_isboolean(t->l, -1))
			bad(t, "%s must be true or false, not %s", name,
			    luaL_typename(t->l, -1));
		fallback = lua_toboolean(t->l, -1);
	}
	lua_pop(t->l, 1);
	return fallback;
}

/*
 * Returns the number field NAME, 0 when absent, at most MAX. BYTES: texts such as "4G" are read too.
 */
static uint64_t get_number(const struct table *t, const char *name, bool bytes, uint64_t max)
{
	static const char units[] = "KMGT";
	uint64_t n = 0;
	if (push_field(t, name)) {
		const char *s =
		    lua_type(t->l, -1) == LUA_TSTRING ? lua_tostring(t->l, -1) : NULL;
		char *end = NULL;
		if (lua_isinteger(t->l, -1) && lua_tointeger(t->l, -1) > 0) {
			n = (uint64_t)lua_tointeger(t->l, -1);
		} else if (bytes && s && *s >= '1' && *s <= '9' && strlen(s) < 8) {
			n = strtoull(s, &end, 10);
			const char *unit = *end ? strchr(units, *end) : NULL;
			if (!unit || end[1])
				n = 0;
			else
				n <<= 10 * (unit - units + 1);
		}
		if (!n)
			bad(t,
			    bytes ? "%s must be a number of bytes, or a text such as \"4G\""
				  : "%s must be a whole number above 0",
			    name);
		if (n > max)
			bad(t, "%s must be at most %" PRIu64, name, max);
	}
	lua_pop(t->l, 1);
	return n;
}

/* Makes SUB the table on top, called WHERE or, unless NUMBER is 0, "WHERE NUMBER". */
static void open_table(const struct table *t, const char *where, size_t number,
		       struct table *sub)
{
	*sub = (struct table){t->l, t->d, lua_gettop(t->l), where, number};
	if (!lua_istable(t->l, -1) && number)
		bad(t, "%s %zu must be a table, not %s", where, number,
		    luaL_typename(t->l, -1));
	if (!lua_istable(t->l, -1))
		bad(t, "%s must be a table, not %s", where, luaL_typename(t->l, -1));
	luaL_checkstack(t->l, 20, NULL);
}

/* Makes SUB the list field NAME (pushed; pop it in the end). Returns its length, 0 when absent. */
static size_t open_list(const struct table *t, const char *name, struct table *sub)
{
	if (!push_field(t, name))
		return 0;
	open_table(t, name, 0, sub);
	return check_keys(sub, NULL, 0, true);
}

/* Reads a list of texts into the arena; a NULL follows the last. */
static const char **get_texts(const struct table *t, const char *name, bool marks,
			      size_t *ret_n)
{
	struct table list;
	size_t n = open_list(t, name, &list);
	const char **items = host_alloc(t->l, n + 1, sizeof *items);
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(t->l, list.index, (lua_Integer)i + 1);
		items[i] = take_item(&list, "item", i + 1, marks);
		lua_pop(t->l, 1);
	}
	lua_pop(t->l, 1);
	*ret_n = n;
	return items;
}

static struct drv_env *get_env(const struct table *t, size_t *ret_n)
{
	lua_State *l = t->l;
	size_t n = 0, i = 0;
	if (!push_field(t, "env")) {
		lua_pop(l, 1);
		return NULL;
	}
	struct table sub;
	open_table(t, "env", 0, &sub);
	for (lua_pushnil(l); lua_next(l, sub.index); lua_pop(l, 1))
		n++;
	struct drv_env *env = host_alloc(l, n + 1, sizeof *env);
	for (lua_pushnil(l); lua_next(l, sub.index); lua_pop(l, 1)) {
		if (lua_type(l, -2) != LUA_TSTRING)
			bad(&sub, "a variable's name is a %s", luaL_typename(l, -2));
		lua_pushvalue(l, -2);
		env[i].name = take_text(&sub, "a variable's name", false);
		lua_pop(l, 1);
		env[i].value = take_text(&sub, env[i].name, true);
		i++;
	}
	lua_pop(l, 1);
	*ret_n = n;
	return env;
}

static void get_limits(const struct table *t, struct drv_limits *ret)
{
	static const char *const fields[] = {"time",   "silence", "memory", "processes",
					     "output", "build",   "log"};
	struct table sub;
	if (push_field(t, "limits")) {
		open_table(t, "limits", 0, &sub);
		check_keys(&sub, fields, sizeof fields / sizeof *fields, false);
		ret->time_s = get_number(&sub, "time", false, LIMIT_ASKED_TIME_S);
		ret->silence_s = get_number(&sub, "silence", false, LIMIT_ASKED_TIME_S);
		ret->memory = get_number(&sub, "memory", true, LIMIT_ASKED_BYTES);
		ret->processes = get_number(&sub, "processes", false, LIMIT_ASKED_PROCESSES);
		ret->output = get_number(&sub, "output", true, LIMIT_ASKED_BYTES);
		ret->build = get_number(&sub, "build", true, LIMIT_ASKED_BYTES);
		ret->log = get_number(&sub, "log", true, LIMIT_ASKED_BYTES);
	}
	lua_pop(t->l, 1);
}

static void get_input(const struct table *t, size_t number, struct input_decl *in)
{
	static const char *const fields[] = {"as"};
	struct table sub;
	if (lua_istable(t->l, -1)) {
		open_table(t, "input", number, &sub);
		if (check_keys(&sub, fields, 1, true) != 1)
			bad(&sub, "it must be { \"NAME\", as = \"ALIAS\" }");
		in->as = get_text(&sub, "as", NULL, false);
		lua_rawgeti(t->l, sub.index, 1);
		in->name = take_text(&sub, "its name", false);
		lua_pop(t->l, 1);
	} else {
		in->name = take_item(t, "input", number, false);
	}
	bool good = path_is_name(view_of(in->name));
	if (!good || (in->as && !path_is_name(view_of(in->as))))
		bad(t, "input %zu: '%s' cannot be a name", number, good ? in->as : in->name);
}

static void get_inputs(const struct table *t)
{
	struct table list;
	size_t n = open_list(t, "inputs", &list);
	t->d->wants = host_alloc(t->l, n + 1, sizeof *t->d->wants);
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(t->l, list.index, (lua_Integer)i + 1);
		get_input(t, i + 1, &t->d->wants[i]);
		lua_pop(t->l, 1);
	}
	t->d->nwants = n;
	lua_pop(t->l, 1);
}

static void get_step(const struct table *t, struct drv_step *s)
{
	static const char *const fields[] = {"dir", "env", "stdin", "stdout"};
	s->argc = check_keys(t, fields, 4, true);
	if (!s->argc)
		bad(t, "it names no program");
	s->argv = host_alloc(t->l, s->argc + 1, sizeof *s->argv);
	for (size_t i = 0; i < s->argc; i++) {
		lua_rawgeti(t->l, t->index, (lua_Integer)i + 1);
		s->argv[i] =
		    i ? take_item(t, "argument", i, true) : take_text(t, "the program", true);
		lua_pop(t->l, 1);
	}
	s->dir = get_text(t, "dir", "", true);
	s->in = get_text(t, "stdin", "", true);
	s->out = get_text(t, "stdout", "", true);
	s->env = get_env(t, &s->nenv);
}

static void get_steps(const struct table *t)
{
	struct table list;
	struct drv *d = &t->d->drv;
	size_t n = open_list(t, "steps", &list);
	d->steps = host_alloc(t->l, n + 1, sizeof *d->steps);
	for (size_t i = 0; i < n; i++) {
		struct table sub;
		lua_rawgeti(t->l, list.index, (lua_Integer)i + 1);
		open_table(t, "step", i + 1, &sub);
		get_step(&sub, &d->steps[i]);
		lua_pop(t->l, 1);
	}
	d->nsteps = n;
	lua_pop(t->l, 1);
}

/* Returns whether NAME ends like an archive that can be unpacked. */
static bool is_archive(const char *name)
{
	static const char *const ends[] = {
	    ".tar",      ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar.lz", ".tar.Z",
	    ".tar.lzma", ".tgz",    ".txz",    ".tbz2",    ".zip",     ".cpio",   ".deb"};
	size_t n = strlen(name);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t k = strlen(ends[i]);
		if (n > k && strcmp(name + n - k, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Reads where the source can be had: its own URI, then the mirrors. */
static void get_uris(const struct table *t, const struct source_value *v, struct drv_source *s)
{
	struct table list;
	size_t n = open_list(t, "mirrors", &list);
	s->uris = host_alloc(t->l, n + 1, sizeof *s->uris);
	s->uris[s->nuris++] = v->uri;
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(t->l, list.index, (lua_Integer)i + 1);
		const struct source_value *m = source_at(t->l, -1);
		if (m && m->kind == v->kind)
			s->uris[s->nuris++] = m->uri;
		else
			bad(t, "mirrors: item %zu is not written %s \"…\"", i + 1,
			    v->kind == SOURCE_GIT ? "git" : "url \"…\" or debian");
		lua_pop(t->l, 1);
	}
	lua_pop(t->l, 1);
}

static void get_remote(const struct table *t, const struct source_value *v,
		       struct drv_source *s)
{
	const char *sha256 = get_text(t, "sha256", NULL, false);
	const char *commit = get_text(t, "commit", NULL, false);
	get_uris(t, v, s);
	s->size_max = get_number(t, "max_size", true, LIMIT_ASKED_BYTES);
	s->unpacked_max = get_number(t, "max_unpacked", true, LIMIT_ASKED_BYTES);
	if (v->kind == SOURCE_GIT) {
		s->pin = DRV_PIN_GIT;
		s->commit = commit;
		if (!commit || strlen(commit) != 40 || strspn(commit, "0123456789abcdef") != 40)
			bad(t, "a git source needs commit = \"…\", all 40 hex digits of it");
		if (sha256)
			bad(t, "a git source is pinned by its commit, not by sha256");
		s->unpack = true;
		return;
	}
	s->pin = DRV_PIN_SHA256;
	if (!sha256)
		bad(t, "it needs sha256 = \"…\"");
	if (digest_parse(view_of(sha256), &s->hash) < 0)
		bad(t, "sha256 = \"%s\" is not a SHA-256 in hex, Nix base-32 or SRI", sha256);
	if (commit)
		bad(t, "commit belongs to git sources");
	s->nested = get_text(t, "nested", NULL, false);
	s->unpack = get_bool(t, "unpack", s->nested || is_archive(v->name));
}

/* Fills S from value V and, when it stands in a table with fields, from T. */
static void get_source(const struct table *t, bool fields, const struct source_value *v,
		       struct drv_source *s)
{
	static const char *const remote[] = {"as",      "commit", "max_size", "max_unpacked",
					     "mirrors", "nested", "sha256",   "unpack"};
	bool local = v->kind >= SOURCE_FILE;
	if (!fields && !local)
		bad(t, "it needs %s: write { %s \"…\", %s = \"…\" }",
		    v->kind == SOURCE_GIT ? "a commit" : "a sha256",
		    v->kind == SOURCE_GIT ? "git" : "url",
		    v->kind == SOURCE_GIT ? "commit" : "sha256");
	if (fields)
		check_keys(t, remote, local ? 1 : sizeof remote / sizeof *remote, true);
	if (local) {
		s->pin = DRV_PIN_NAR;
		s->hash = v->hash;
		s->path = v->path;
		s->text = v->text;
		s->text_len = v->text_len;
		if (s->text && memchr(s->text, MARK_BYTE, s->text_len))
			t->d->marked = true;
	} else {
		get_remote(t, v, s);
	}
	s->as = fields ? get_text(t, "as", NULL, false) : NULL;
	if (!s->as)
		s->as = s->unpack ? t->d->drv.meta.pname : v->name;
	if (!path_is_component(view_of(s->as)))
		bad(t, "as = \"%s\" must be one path component", s->as);
}

static void get_sources(const struct table *t)
{
	struct table list;
	struct drv *d = &t->d->drv;
	size_t n = open_list(t, "sources", &list);
	d->sources = host_alloc(t->l, n + 2, sizeof *d->sources); /* one more for the script */
	for (size_t i = 0; i < n; i++) {
		lua_rawgeti(t->l, list.index, (lua_Integer)i + 1);
		struct table sub = {t->l, t->d, lua_gettop(t->l), "source", i + 1};
		bool fields = lua_istable(t->l, -1);
		if (fields)
			lua_rawgeti(t->l, sub.index, 1);
		const struct source_value *v = source_at(t->l, -1);
		if (fields)
			lua_pop(t->l, 1);
		if (!v)
			bad(&sub, "it must be { debian \"…\", … } or one of url, git, file, "
				  "tree, text");
		if (fields && lua_rawlen(t->l, sub.index) != 1)
			bad(&sub, "it names more than one source");
		get_source(&sub, fields, v, &d->sources[d->nsources]);
		d->nsources++;
		lua_pop(t->l, 1);
	}
	lua_pop(t->l, 1);
}

/* script = file "build.sh" becomes a source of its own; a text names a file in one. */
static void get_script(const struct table *t)
{
	struct drv *d = &t->d->drv;
	t->d->shell = get_text(t, "shell", NULL, false);
	if (push_field(t, "script")) {
		const struct source_value *v = source_at(t->l, -1);
		if (v) {
			struct table sub = {t->l, t->d, lua_gettop(t->l), "script", 0};
			if (v->kind != SOURCE_FILE && v->kind != SOURCE_TEXT)
				bad(&sub,
				    "it must be file \"…\", text(…) or a path in a source");
			get_source(&sub, false, v, &d->sources[d->nsources]);
			d->script = d->sources[d->nsources++].as;
		} else {
			d->script = take_text(t, "script", false);
		}
		if (!t->d->shell)
			bad(t, "a script needs shell = \"…\", the input that has bin/sh");
	}
	lua_pop(t->l, 1);
}

static void get_name(const struct table *t)
{
	struct drv *d = &t->d->drv;
	struct host *h = host_of(t->l);
	d->meta.pname = get_text(t, "name", NULL, false);
	if (!d->meta.pname)
		bad(t, "it needs name = \"…\"");
	h->subject = d->meta.pname;
	d->meta.version = get_text(t, "version", NULL, false);
	if (d->meta.version && (*d->meta.version < '0' || *d->meta.version > '9'))
		bad(t, "version = \"%s\" does not begin with a digit", d->meta.version);
	d->name = d->meta.version ? arena_fmt(&h->r->a, "%s-%s", d->meta.pname, d->meta.version)
				  : d->meta.pname;
	if (!d->name)
		host_fail(t->l, -ENOMEM, "out of memory");
	if (!path_is_name(view_of(d->meta.pname)) || !path_is_name(view_of(d->name)))
		bad(t,
		    "'%s' cannot be a name: 1 to %d of A-Z a-z 0-9 + . _ -, a letter or digit "
		    "first",
		    d->name, LIMIT_RECIPE_NAME);
	h->subject = d->name;
}

/* part and root: neither goes without the other, and both are words. */
static void get_part(const struct table *t, struct drv_meta *m)
{
	m->part = get_text(t, "part", NULL, false);
	m->root = get_text(t, "root", NULL, false);
	if (!m->part != !m->root)
		bad(t, "part and root go together: what is made, and who makes it");
	if (m->part && (!path_is_name(view_of(m->part)) || !path_is_name(view_of(m->root))))
		bad(t, "part and root are names: '%s' or '%s' is not", m->part, m->root);
}

void fields_read(lua_State *l, struct decl *d)
{
	static const char *const fields[] = {
	    "name",           "version",          "sources", "inputs",   "env",
	    "steps",          "script",           "shell",   "system",   "limits",
	    "dirs",           "pregenerated",     "summary", "homepage", "license",
	    "strict_network", "generated_unused", "part",    "root"};
	struct table t = {l, d, 1, "", 0};
	struct drv *v = &d->drv;
	luaL_checkstack(l, 40, NULL);
	get_name(&t);
	check_keys(&t, fields, sizeof fields / sizeof *fields, false);
	v->system = get_text(&t, "system", "i686-linux", false);
	get_inputs(&t);
	get_sources(&t);
	get_script(&t);
	get_steps(&t);
	v->env = get_env(&t, &v->nenv);
	v->dirs = get_texts(&t, "dirs", false, &v->ndirs);
	get_limits(&t, &v->limits);
	v->meta.pregenerated = get_texts(&t, "pregenerated", false, &v->meta.npregenerated);
	v->meta.unused = get_texts(&t, "generated_unused", false, &v->meta.nunused);
	v->strict_network = get_bool(&t, "strict_network", false);
	v->meta.summary = get_text(&t, "summary", NULL, false);
	v->meta.homepage = get_text(&t, "homepage", NULL, false);
	v->meta.license = get_text(&t, "license", NULL, false);
	get_part(&t, &v->meta);
}
