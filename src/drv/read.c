/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "json/json.h"

/* A reading under way. */
struct reader {
	struct arena *a;
	const struct drv *(*find)(void *ctx, const struct digest *id);
	void *ctx;
	struct fault *f;
};

static int no_memory(struct reader *r)
{
	return fault_set(r->f, -ENOMEM, "derivation:");
}

/* A member of an object: its name, and whether it may be absent. */
struct member {
	const char *name;
	bool optional;
};

/* Refuses an object V that lacks one of the N members or has another. WHERE is for the message.
 */
static int check_members(struct reader *r, json_t *v, const char *where, const struct member *m,
			 size_t n)
{
	size_t known = 0;
	if (!json_is_object(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: %s is not an object", where);
	for (size_t i = 0; i < n; i++) {
		bool there = json_object_get(v, m[i].name) != NULL;
		known += there;
		if (!there && !m[i].optional)
			return fault_set(r->f, ERR_SYNTAX, "derivation: %s lacks \"%s\"", where,
					 m[i].name);
	}
	if (json_object_size(v) != known)
		return fault_set(r->f, ERR_SYNTAX, "derivation: %s has an unknown member",
				 where);
	return 0;
}

/* Reads the string V, an absent one as FALLBACK. */
static int get_text(struct reader *r, json_t *v, const char *name, const char *fallback,
		    const char **ret)
{
	if (!v) {
		*ret = fallback;
		return 0;
	}
	if (!json_is_string(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not a string", name);
	*ret = arena_strv(r->a, (struct view){json_string_value(v), json_string_length(v)});
	return *ret ? 0 : no_memory(r);
}

static int get_texts(struct reader *r, json_t *v, const char *name, const char ***ret,
		     size_t *ret_n)
{
	if (!v)
		return 0;
	if (!json_is_array(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not an array", name);
	*ret_n = json_array_size(v);
	*ret = arena_array(r->a, *ret_n + 1, sizeof **ret);
	if (!*ret)
		return no_memory(r);
	for (size_t i = 0; i < *ret_n; i++) {
		json_t *item = json_array_get(v, i);
		int e = get_text(r, item, name, NULL, &(*ret)[i]);
		if (e < 0)
			return e;
	}
	return 0;
}

static int get_env(struct reader *r, json_t *v, struct drv_env **ret, size_t *ret_n)
{
	if (!v)
		return 0;
	if (!json_is_object(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"env\" is not an object");
	struct drv_env *env = arena_array(r->a, json_object_size(v) + 1, sizeof *env);
	if (!env)
		return no_memory(r);
	size_t n = 0;
	const char *key;
	json_t *value;
	json_object_foreach(v, key, value)
	{
		env[n].name = arena_str(r->a, key);
		int e =
		    env[n].name ? get_text(r, value, key, NULL, &env[n].value) : no_memory(r);
		if (e < 0)
			return e;
		n++;
	}
	*ret = env;
	*ret_n = n;
	return 0;
}

static int get_input(struct reader *r, json_t *v, struct drv_input *ret)
{
	static const struct member members[] = {{"as", false}, {"drv", false}};
	const char *hex = "";
	struct digest id;
	int e = check_members(r, v, "an input", members, 2);
	if (e == 0)
		e = get_text(r, json_object_get(v, "as"), "as", NULL, &ret->as);
	if (e == 0)
		e = get_text(r, json_object_get(v, "drv"), "drv", "", &hex);
	if (e < 0)
		return e;
	if (digest_parse_hex(view_of(hex), &id) < 0)
		return fault_set(r->f, ERR_SYNTAX, "derivation: '%s' is not a derivation id",
				 hex);
	ret->drv = r->find(r->ctx, &id);
	if (!ret->drv)
		return fault_set(r->f, ERR_MISSING, "derivation: its input %s (%s) is unknown",
				 ret->as, hex);
	return 0;
}

static int get_pin(struct reader *r, const char *pin, struct drv_source *ret)
{
	if (strncmp(pin, "git:", 4) == 0) {
		ret->pin = DRV_PIN_GIT;
		ret->commit = pin + 4;
		return 0; /* drv_check looks at the digits */
	}
	size_t skip = strncmp(pin, "sha256:", 7) == 0 ? 7
		      : strncmp(pin, "nar:", 4) == 0  ? 4
						      : 0;
	ret->pin = skip == 7 ? DRV_PIN_SHA256 : DRV_PIN_NAR;
	if (!skip || digest_parse_hex(view_of(pin + skip), &ret->hash) < 0)
		return fault_set(r->f, ERR_SYNTAX, "derivation: '%s' is not a pin", pin);
	return 0;
}

static int get_source(struct reader *r, json_t *v, struct drv_source *ret)
{
	static const struct member members[] = {
	    {"as", false}, {"nested", true}, {"pin", false}, {"unpack", false}};
	const char *pin = "";
	int e = check_members(r, v, "a source", members, 4);
	if (e == 0)
		e = get_text(r, json_object_get(v, "as"), "as", NULL, &ret->as);
	if (e == 0)
		e = get_text(r, json_object_get(v, "nested"), "nested", NULL, &ret->nested);
	if (e == 0)
		e = get_text(r, json_object_get(v, "pin"), "pin", "", &pin);
	if (e == 0)
		e = get_pin(r, pin, ret);
	if (e < 0)
		return e;
	json_t *unpack = json_object_get(v, "unpack");
	if (!json_is_boolean(unpack))
		return fault_set(r->f, ERR_SYNTAX,
				 "derivation: \"unpack\" is not true or false");
	ret->unpack = json_is_true(unpack);
	return 0;
}

static int get_step(struct reader *r, json_t *v, struct drv_step *ret)
{
	static const struct member members[] = {
	    {"argv", false}, {"dir", true}, {"env", true}, {"stdin", true}, {"stdout", true}};
	int e = check_members(r, v, "a step", members, 5);
	if (e == 0)
		e = get_texts(r, json_object_get(v, "argv"), "argv", &ret->argv, &ret->argc);
	if (e == 0)
		e = get_text(r, json_object_get(v, "dir"), "dir", "", &ret->dir);
	if (e == 0)
		e = get_text(r, json_object_get(v, "stdin"), "stdin", "", &ret->in);
	if (e == 0)
		e = get_text(r, json_object_get(v, "stdout"), "stdout", "", &ret->out);
	if (e == 0)
		e = get_env(r, json_object_get(v, "env"), &ret->env, &ret->nenv);
	return e;
}

/* Starts reading the array V: makes room for its elements of SIZE bytes. */
static int get_array(struct reader *r, json_t *v, const char *name, size_t size, void *ret,
		     size_t *ret_n)
{
	if (!json_is_array(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not an array", name);
	void *items = arena_array(r->a, json_array_size(v) + 1, size);
	if (!items)
		return no_memory(r);
	memcpy(ret, &items, sizeof items);
	*ret_n = json_array_size(v);
	return 0;
}

static int get_script(struct reader *r, json_t *v, struct drv *d)
{
	static const struct member members[] = {{"file", false}, {"shell", false}};
	if (!v)
		return 0;
	int e = check_members(r, v, "its script", members, 2);
	if (e == 0)
		e = get_text(r, json_object_get(v, "file"), "file", NULL, &d->script);
	if (e == 0)
		e = get_text(r, json_object_get(v, "shell"), "shell", NULL, &d->shell);
	return e;
}

static int get_lists(struct reader *r, json_t *v, struct drv *d)
{
	json_t *inputs = json_object_get(v, "inputs");
	json_t *sources = json_object_get(v, "sources");
	json_t *steps = json_object_get(v, "steps");
	int e = get_array(r, inputs, "inputs", sizeof *d->inputs, &d->inputs, &d->ninputs);
	for (size_t i = 0; e == 0 && i < d->ninputs; i++)
		e = get_input(r, json_array_get(inputs, i), &d->inputs[i]);
	if (e == 0)
		e = get_array(r, sources, "sources", sizeof *d->sources, &d->sources,
			      &d->nsources);
	for (size_t i = 0; e == 0 && i < d->nsources; i++)
		e = get_source(r, json_array_get(sources, i), &d->sources[i]);
	if (e == 0)
		e = get_array(r, steps, "steps", sizeof *d->steps, &d->steps, &d->nsteps);
	for (size_t i = 0; e == 0 && i < d->nsteps; i++)
		e = get_step(r, json_array_get(steps, i), &d->steps[i]);
	return e;
}

static int get_drv(struct reader *r, json_t *v, struct drv *d)
{
	static const struct member members[] = {
	    {"dirs", true},           {"env", false},    {"inputs", false},  {"name", false},
	    {"schema", false},        {"script", true},  {"sources", false}, {"steps", false},
	    {"strict_network", true}, {"system", false}, {"type", false}};
	const char *type = "";
	int e = check_members(r, v, "the document", members, sizeof members / sizeof *members);
	if (e == 0)
		e = get_text(r, json_object_get(v, "type"), "type", "", &type);
	if (e < 0)
		return e;
	json_t *schema = json_object_get(v, "schema");
	if (strcmp(type, "derivation") != 0)
		return fault_set(r->f, ERR_SYNTAX, "derivation: its type is '%s'", type);
	if (!json_is_integer(schema) || json_integer_value(schema) != DRV_SCHEMA)
		return fault_set(r->f, ERR_SYNTAX, "derivation: its schema is not %d",
				 DRV_SCHEMA);
	e = get_text(r, json_object_get(v, "name"), "name", NULL, &d->name);
	if (e == 0)
		e = get_text(r, json_object_get(v, "system"), "system", NULL, &d->system);
	if (e == 0)
		e = get_env(r, json_object_get(v, "env"), &d->env, &d->nenv);
	if (e == 0)
		e = get_texts(r, json_object_get(v, "dirs"), "dirs", &d->dirs, &d->ndirs);
	json_t *strict = json_object_get(v, "strict_network");
	if (e == 0 && strict && !json_is_true(strict))
		return fault_set(r->f, ERR_SYNTAX,
				 "derivation: \"strict_network\" is neither true nor absent");
	d->strict_network = strict != NULL;
	if (e == 0)
		e = get_script(r, json_object_get(v, "script"), d);
	if (e == 0)
		e = get_lists(r, v, d);
	return e;
}

int drv_parse(struct arena *a, struct view json,
	      const struct drv *(*find)(void *ctx, const struct digest *id), void *ctx,
	      struct drv **ret, struct fault *f)
{
	struct reader r = {a, find, ctx, f};
	json_error_t err;
	struct drv *d = arena_alloc(a, sizeof *d);
	if (!d)
		return no_memory(&r);
	json_t *v =
	    json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &err);
	if (!v)
		return fault_set(f, ERR_SYNTAX, "derivation: line %d, column %d: %s", err.line,
				 err.column, err.text);
	int e = get_drv(&r, v, d);
	json_decref(v);
	if (e < 0)
		return e;
	drv_sort(d);
	e = drv_check(d, f);
	if (e < 0) {
		fault_wrap(f, "derivation");
		return e;
	}
	e = drv_set_id(d);
	if (e == 0)
		*ret = d;
	return e;
}
