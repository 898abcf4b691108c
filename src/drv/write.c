/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drv/drv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hash/sha256.h"
#include "json/write.h"

/* Adds a member unless VALUE is "". */
static void put_unless_empty(struct buf *b, const char *name, const char *value)
{
	if (*value)
		json_put(b, name, value);
}

static void put_strings(struct buf *b, const char *name, const char *const *items, size_t n)
{
	json_open_array(b, name);
	for (size_t i = 0; i < n; i++)
		json_put(b, NULL, items[i]);
	json_close_array(b);
}

static void put_env(struct buf *b, const struct drv_env *env, size_t n)
{
	json_open(b, "env");
	for (size_t i = 0; i < n; i++)
		json_put(b, env[i].name, env[i].value);
	json_close(b);
}

static void put_pair(struct buf *b, const char *as, const char *what, const struct digest *d)
{
	json_open(b, NULL);
	json_put(b, "as", as);
	json_put_hex(b, what, d->b, DIGEST_LEN);
	json_close(b);
}

static void put_source(struct buf *b, const struct drv_source *s)
{
	char pin[8 + DIGEST_HEX + 1];
	json_open(b, NULL);
	json_put(b, "as", s->as);
	if (s->nested)
		json_put(b, "nested", s->nested);
	if (s->pin == DRV_PIN_GIT) {
		snprintf(pin, sizeof pin, "git:%s", s->commit);
	} else {
		const char *kind = s->pin == DRV_PIN_SHA256 ? "sha256:" : "nar:";
		strcpy(pin, kind);
		digest_hex(&s->hash, pin + strlen(kind));
	}
	json_put(b, "pin", pin);
	json_put_flag(b, "unpack", s->unpack);
	json_close(b);
}

static void put_step(struct buf *b, const struct drv_step *s)
{
	json_open(b, NULL);
	put_strings(b, "argv", s->argv, s->argc);
	put_unless_empty(b, "dir", s->dir);
	if (s->nenv)
		put_env(b, s->env, s->nenv);
	put_unless_empty(b, "stdin", s->in);
	put_unless_empty(b, "stdout", s->out);
	json_close(b);
}

/* Adds the inputs of a derivation, or of action A when it is not NULL. */
static void put_inputs(struct buf *b, const struct drv *d, const struct action *a)
{
	size_t n = a ? a->ninputs : d->ninputs;
	json_open_array(b, "inputs");
	for (size_t i = 0; i < n; i++)
		if (a)
			put_pair(b, a->inputs[i].as, "object", &a->inputs[i].object);
		else
			put_pair(b, d->inputs[i].as, "drv", &d->inputs[i].drv->id);
	json_close_array(b);
}

static void put_sources(struct buf *b, const struct drv *d, const struct action *a)
{
	size_t n = a ? a->nsources : d->nsources;
	json_open_array(b, "sources");
	for (size_t i = 0; i < n; i++)
		if (a)
			put_pair(b, a->sources[i].as, "object", &a->sources[i].object);
		else
			put_source(b, &d->sources[i]);
	json_close_array(b);
}

/* Adds the document of D, or of action A that resolves D, its members in canonical order. */
static int add_document(struct buf *b, const struct drv *d, const struct action *a)
{
	struct buf doc = BUF_INIT;
	json_open(&doc, NULL);
	if (d->ndirs)
		put_strings(&doc, "dirs", d->dirs, d->ndirs);
	put_env(&doc, d->env, d->nenv);
	put_inputs(&doc, d, a);
	json_put(&doc, "name", d->name);
	json_put_number(&doc, "schema", DRV_SCHEMA);
	if (d->script) {
		json_open(&doc, "script");
		json_put(&doc, "file", d->script);
		json_put(&doc, "shell", d->shell);
		json_close(&doc);
	}
	put_sources(&doc, d, a);
	json_open_array(&doc, "steps");
	for (size_t i = 0; i < d->nsteps; i++)
		put_step(&doc, &d->steps[i]);
	json_close_array(&doc);
	if (d->strict_network)
		json_put_flag(&doc, "strict_network", true);
	json_put(&doc, "system", d->system);
	json_put(&doc, "type", a ? "action" : "derivation");
	json_close(&doc);
	int r = buf_failed(&doc);
	if (r == 0) {
		buf_addv(b, buf_view(&doc));
		r = buf_failed(b);
	}
	buf_release(&doc);
	return r;
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
