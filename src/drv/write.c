/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <errno.h>
#include <string.h>

#include "json/json.h"
#include "hash/sha256.h"

/* Adds "NAME":, with a comma first unless it is the first member. */
static void add_key(struct buf *b, const char *name, bool *first)
{
	if (!*first)
		buf_addc(b, ',');
	*first = false;
	buf_addc(b, '"');
	buf_adds(b, name);
	buf_add(b, "\":", 2);
}

static void add_str(struct buf *b, const char *s)
{
	json_add_string(b, view_of(s));
}

static void add_member(struct buf *b, const char *name, const char *value, bool *first)
{
	add_key(b, name, first);
	add_str(b, value);
}

/* Adds a member unless VALUE is "". */
static void add_optional(struct buf *b, const char *name, const char *value, bool *first)
{
	if (*value)
		add_member(b, name, value, first);
}

static void add_strings(struct buf *b, const char *const *items, size_t n)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		add_str(b, items[i]);
	}
	buf_addc(b, ']');
}

static void add_env(struct buf *b, const struct drv_env *env, size_t n)
{
	bool first = true;
	buf_addc(b, '{');
	for (size_t i = 0; i < n; i++)
		add_member(b, env[i].name, env[i].value, &first);
	buf_addc(b, '}');
}

static void add_pair(struct buf *b, const char *as, const char *what, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];
	bool first = true;
	digest_hex(d, hex);
	buf_addc(b, '{');
	add_member(b, "as", as, &first);
	add_member(b, what, hex, &first);
	buf_addc(b, '}');
}

static void add_source(struct buf *b, const struct drv_source *s)
{
	char pin[8 + DIGEST_HEX + 1];
	bool first = true;
	buf_addc(b, '{');
	add_member(b, "as", s->as, &first);
	if (s->nested)
		add_member(b, "nested", s->nested, &first);
	add_key(b, "pin", &first);
	if (s->pin == DRV_PIN_GIT) {
		buf_adds(b, "\"git:");
		buf_adds(b, s->commit);
		buf_addc(b, '"');
	} else {
		const char *kind = s->pin == DRV_PIN_SHA256 ? "sha256:" : "nar:";
		strcpy(pin, kind);
		digest_hex(&s->hash, pin + strlen(kind));
		add_str(b, pin);
	}
	add_key(b, "unpack", &first);
	buf_adds(b, s->unpack ? "true}" : "false}");
}

static void add_step(struct buf *b, const struct drv_step *s)
{
	bool first = true;
	buf_addc(b, '{');
	add_key(b, "argv", &first);
	add_strings(b, s->argv, s->argc);
	add_optional(b, "dir", s->dir, &first);
	if (s->nenv) {
		add_key(b, "env", &first);
		add_env(b, s->env, s->nenv);
	}
	add_optional(b, "stdin", s->in, &first);
	add_optional(b, "stdout", s->out, &first);
	buf_addc(b, '}');
}

/* Adds the inputs of a derivation, or of action A when it is not NULL. */
static void add_inputs(struct buf *b, const struct drv *d, const struct action *a)
{
	size_t n = a ? a->ninputs : d->ninputs;
	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		if (a)
			add_pair(b, a->inputs[i].as, "object", &a->inputs[i].object);
		else
			add_pair(b, d->inputs[i].as, "drv", &d->inputs[i].drv->id);
	}
	buf_addc(b, ']');
}

static void add_sources(struct buf *b, const struct drv *d, const struct action *a)
{
	size_t n = a ? a->nsources : d->nsources;
	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		if (a)
			add_pair(b, a->sources[i].as, "object", &a->sources[i].object);
		else
			add_source(b, &d->sources[i]);
	}
	buf_addc(b, ']');
}

/* Adds the document of D, or of action A that resolves D. */
static int add_document(struct buf *b, const struct drv *d, const struct action *a)
{
	bool first = true;
	buf_addc(b, '{');
	if (d->ndirs) {
		add_key(b, "dirs", &first);
		add_strings(b, d->dirs, d->ndirs);
	}
	add_key(b, "env", &first);
	add_env(b, d->env, d->nenv);
	add_key(b, "inputs", &first);
	add_inputs(b, d, a);
	add_member(b, "name", d->name, &first);
	add_key(b, "schema", &first);
	buf_addc(b, '0' + DRV_SCHEMA);
	if (d->script) {
		bool inner = true;
		add_key(b, "script", &first);
		buf_addc(b, '{');
		add_member(b, "file", d->script, &inner);
		add_member(b, "shell", d->shell, &inner);
		buf_addc(b, '}');
	}
	add_key(b, "sources", &first);
	add_sources(b, d, a);
	add_key(b, "steps", &first);
	buf_addc(b, '[');
	for (size_t i = 0; i < d->nsteps; i++) {
		if (i)
			buf_addc(b, ',');
		add_step(b, &d->steps[i]);
	}
	buf_addc(b, ']');
	if (d->strict_network) {
		add_key(b, "strict_network", &first);
		buf_adds(b, "true");
	}
	add_member(b, "system", d->system, &first);
	add_member(b, "type", a ? "action" : "derivation", &first);
	buf_addc(b, '}');
	return buf_failed(b);
}

int drv_json(const struct drv *d, struct buf *ret)
{
	return add_document(ret, d, NULL);
}

int action_json(const struct action *a, struct buf *ret)
{
	return add_document(ret, a->drv, a);
}

int drv_set_id(struct drv *d)
{
	struct buf b = BUF_INIT;
	int r = drv_json(d, &b);
	if (r == 0)
		sha256_view(buf_view(&b), &d->id);
	buf_release(&b);
	return r;
}

int action_set_id(struct action *a)
{
	struct buf b = BUF_INIT;
	int r = action_json(a, &b);
	if (r == 0)
		sha256_view(buf_view(&b), &a->id);
	buf_release(&b);
	return r;
}

int action_add_input(struct action *a, struct action_input input, struct fault *f)
{
	size_t lo = 0, hi = a->ninputs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(a->inputs[mid].as, input.as);
		if (c == 0) {
			const struct digest *had = &a->inputs[mid].object;
			if (digest_eq(had, &input.object))
				return 0;
			char one[DIGEST_NIX32 + 1], two[DIGEST_NIX32 + 1];
			digest_nix32(had, one);
			digest_nix32(&input.object, two);
			return fault_set(f, ERR_EXISTS,
					 "two inputs claim the name '%s': objects %s and %s",
					 input.as, one, two);
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	memmove(a->inputs + lo + 1, a->inputs + lo, (a->ninputs - lo) * sizeof *a->inputs);
	a->inputs[lo] = input;
	a->ninputs++;
	return 0;
}
