/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <errno.h>
#include <string.h>

#include "json/value.h"

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

static int count(void *ctx, const char *name, const struct json_value *value)
{
	(void)name;
	(void)value;
	++*(size_t *)ctx;
	return 0;
}

/* Refuses an object V that lacks one of the N members or has another. WHERE is for the message.
 */
static int check_members(struct reader *r, const struct json_value *v, const char *where,
			 const struct member *m, size_t n)
{
	size_t known = 0;
	if (!json_is_an_object(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: %s is not an object", where);
	for (size_t i = 0; i < n; i++) {
		bool there = json_member(v, m[i].name) != NULL;
		known += there;
		if (!there && !m[i].optional)
			return fault_set(r->f, ERR_SYNTAX, "derivation: %s lacks \"%s\"", where,
					 m[i].name);
	}
	size_t all = 0;
	json_each(v, count, &all);
	if (all != known)
		return fault_set(r->f, ERR_SYNTAX, "derivation: %s has an unknown member",
				 where);
	return 0;
}

/* Reads the string V, an absent one as FALLBACK. */
static int get_text(struct reader *r, const struct json_value *v, const char *name,
		    const char *fallback, const char **ret)
{
	if (!v) {
		*ret = fallback;
		return 0;
	}
	struct view text = json_text(v);
	if (!text.ptr)
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not a string", name);
	*ret = arena_strv(r->a, text);
	return *ret ? 0 : no_memory(r);
}

static int get_texts(struct reader *r, const struct json_value *v, const char *name,
		     const char ***ret, size_t *ret_n)
{
	if (!v)
		return 0;
	if (!json_is_an_array(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not an array", name);
	*ret_n = json_count(v);
	*ret = arena_array(r->a, *ret_n + 1, sizeof **ret);
	if (!*ret)
		return no_memory(r);
	for (size_t i = 0; i < *ret_n; i++) {
		const struct json_value *item = json_item(v, i);
		int e = get_text(r, item, name, NULL, &(*ret)[i]);
		if (e < 0)
			return e;
	}
	return 0;
}

/* The environment being read. */
struct env_reader {
	struct reader *r;
	struct drv_env *env;
	size_t n;
};

static int get_variable(void *ctx, const char *name, const struct json_value *value)
{
	struct env_reader *x = ctx;
	struct drv_env *one = &x->env[x->n++];
	one->name = arena_str(x->r->a, name);
	return one->name ? get_text(x->r, value, name, NULL, &one->value) : no_memory(x->r);
}

static int get_env(struct reader *r, const struct json_value *v, struct drv_env **ret,
		   size_t *ret_n)
{
	size_t n = 0;
	if (!v)
		return 0;
	if (!json_is_an_object(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"env\" is not an object");
	json_each(v, count, &n);
	struct env_reader x = {r, arena_array(r->a, n + 1, sizeof *x.env), 0};
	int e = x.env ? json_each(v, get_variable, &x) : no_memory(r);
	if (e < 0)
		return e;
	*ret = x.env;
	*ret_n = x.n;
	return 0;
}

static int get_input(struct reader *r, const struct json_value *v, struct drv_input *ret)
{
	static const struct member members[] = {{"as", false}, {"drv", false}};
	const char *hex = "";
	struct digest id;
	int e = check_members(r, v, "an input", members, 2);
	if (e == 0)
		e = get_text(r, json_member(v, "as"), "as", NULL, &ret->as);
	if (e == 0)
		e = get_text(r, json_member(v, "drv"), "drv", "", &hex);
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

static int get_source(struct reader *r, const struct json_value *v, struct drv_source *ret)
{
	static const struct member members[] = {
	    {"as", false}, {"nested", true}, {"pin", false}, {"unpack", false}};
	const char *pin = "";
	int e = check_members(r, v, "a source", members, 4);
	if (e == 0)
		e = get_text(r, json_member(v, "as"), "as", NULL, &ret->as);
	if (e == 0)
		e = get_text(r, json_member(v, "nested"), "nested", NULL, &ret->nested);
	if (e == 0)
		e = get_text(r, json_member(v, "pin"), "pin", "", &pin);
	if (e == 0)
		e = get_pin(r, pin, ret);
	if (e < 0)
		return e;
	return json_flag(json_member(v, "unpack"), &ret->unpack) < 0
		   ? fault_set(r->f, ERR_SYNTAX, "derivation: \"unpack\" is not true or false")
		   : 0;
}

static int get_step(struct reader *r, const struct json_value *v, struct drv_step *ret)
{
	static const struct member members[] = {
	    {"argv", false}, {"dir", true}, {"env", true}, {"stdin", true}, {"stdout", true}};
	int e = check_members(r, v, "a step", members, 5);
	if (e == 0)
		e = get_texts(r, json_member(v, "argv"), "argv", &ret->argv, &ret->argc);
	if (e == 0)
		e = get_text(r, json_member(v, "dir"), "dir", "", &ret->dir);
	if (e == 0)
		e = get_text(r, json_member(v, "stdin"), "stdin", "", &ret->in);
	if (e == 0)
		e = get_text(r, json_member(v, "stdout"), "stdout", "", &ret->out);
	if (e == 0)
		e = get_env(r, json_member(v, "env"), &ret->env, &ret->nenv);
	return e;
}

/* Starts reading the array V: makes room for its elements of SIZE bytes. */
static int get_array(struct reader *r, const struct json_value *v, const char *name,
		     size_t size, void *ret, size_t *ret_n)
{
	if (!json_is_an_array(v))
		return fault_set(r->f, ERR_SYNTAX, "derivation: \"%s\" is not an array", name);
	void *items = arena_array(r->a, json_count(v) + 1, size);
	if (!items)
		return no_memory(r);
	memcpy(ret, &items, sizeof items);
	*ret_n = json_count(v);
	return 0;
}

static int get_script(struct reader *r, const struct json_value *v, struct drv *d)
{
	static const struct member members[] = {{"file", false}, {"shell", false}};
	if (!v)
		return 0;
	int e = check_members(r, v, "its script", members, 2);
	if (e == 0)
		e = get_text(r, json_member(v, "file"), "file", NULL, &d->script);
	if (e == 0)
		e = get_text(r, json_member(v, "shell"), "shell", NULL, &d->shell);
	return e;
}

static int get_lists(struct reader *r, const struct json_value *v, struct drv *d)
{
	const struct json_value *inputs = json_member(v, "inputs");
	const struct json_value *sources = json_member(v, "sources");
	const struct json_value *steps = json_member(v, "steps");
	int e = get_array(r, inputs, "inputs", sizeof *d->inputs, &d->inputs, &d->ninputs);
	for (size_t i = 0; e == 0 && i < d->ninputs; i++)
		e = get_input(r, json_item(inputs, i), &d->inputs[i]);
	if (e == 0)
		e = get_array(r, sources, "sources", sizeof *d->sources, &d->sources,
			      &d->nsources);
	for (size_t i = 0; e == 0 && i < d->nsources; i++)
		e = get_source(r, json_item(sources, i), &d->sources[i]);
	if (e == 0)
		e = get_array(r, steps, "steps", sizeof *d->steps, &d->steps, &d->nsteps);
	for (size_t i = 0; e == 0 && i < d->nsteps; i++)
		e = get_step(r, json_item(steps, i), &d->steps[i]);
	return e;
}

static int get_drv(struct reader *r, const struct json_value *v, struct drv *d)
{
	static const struct member members[] = {
	    {"dirs", true},           {"env", false},    {"inputs", false},  {"name", false},
	    {"schema", false},        {"script", true},  {"sources", false}, {"steps", false},
	    {"strict_network", true}, {"system", false}, {"type", false}};
	const char *type = "";
	int e = check_members(r, v, "the document", members, sizeof members / sizeof *members);
	if (e == 0)
		e = get_text(r, json_member(v, "type"), "type", "", &type);
	if (e < 0)
		return e;
	uint64_t schema = 0;
	if (strcmp(type, "derivation") != 0)
		return fault_set(r->f, ERR_SYNTAX, "derivation: its type is '%s'", type);
	if (json_whole(json_member(v, "schema"), &schema) < 0 || schema != DRV_SCHEMA)
		return fault_set(r->f, ERR_SYNTAX, "derivation: its schema is not %d",
				 DRV_SCHEMA);
	e = get_text(r, json_member(v, "name"), "name", NULL, &d->name);
	if (e == 0)
		e = get_text(r, json_member(v, "system"), "system", NULL, &d->system);
	if (e == 0)
		e = get_env(r, json_member(v, "env"), &d->env, &d->nenv);
	if (e == 0)
		e = get_texts(r, json_member(v, "dirs"), "dirs", &d->dirs, &d->ndirs);
	const struct json_value *strict = json_member(v, "strict_network");
	bool yes = false;
	if (e == 0 && strict && (json_flag(strict, &yes) < 0 || !yes))
		return fault_set(r->f, ERR_SYNTAX,
				 "derivation: \"strict_network\" is neither true nor absent");
	d->strict_network = strict != NULL;
	if (e == 0)
		e = get_script(r, json_member(v, "script"), d);
	if (e == 0)
		e = get_lists(r, v, d);
	return e;
}

int drv_parse(struct arena *a, struct view json,
	      const struct drv *(*find)(void *ctx, const struct digest *id), void *ctx,
	      struct drv **ret, struct fault *f)
{
	struct reader r = {a, find, ctx, f};
	struct json_document *doc = NULL;
	struct drv *d = arena_alloc(a, sizeof *d);
	if (!d)
		return no_memory(&r);
	int e = json_document_parse(json, &doc, f);
	if (e < 0) {
		fault_wrap(f, "derivation");
		return e;
	}
	e = get_drv(&r, json_document_root(doc), d);
	json_document_free(doc);
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
