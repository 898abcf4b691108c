/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/inside.h"
#include "recipe/host.h"

/* From a declaration whose inputs are done to its derivation. */

int decl_fault(const struct decl *d, int code, struct fault *f, const char *fmt, ...)
{
	char what[FAULT_WHAT_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	fault_set(f, code, "%s", what);
	decl_wrap(d, f);
	return code;
}

void decl_wrap(const struct decl *d, struct fault *f)
{
	if (d->drv.meta.line)
		fault_wrap(f, "%s:%d: recipe '%s'", d->drv.meta.file, d->drv.meta.line,
			   d->drv.name);
	else
		fault_wrap(f, "%s: recipe '%s'", d->drv.meta.file, d->drv.name);
}

/* Returns the name under which an input stands. */
static const char *stands_as(const struct input_decl *in)
{
	return in->as ? in->as : in->found->drv.name;
}

/*
 * Finds the input that NAME means: its alias, or its recipe's name. NULL when there is none or,
 * with *RET_SEVERAL set, when several fit.
 */
static const char *find_input(const struct decl *d, struct view name, bool *ret_several)
{
	const char *found = NULL;
	*ret_several = false;
	for (size_t i = 0; i < d->nwants; i++)
		if (view_is(name, stands_as(&d->wants[i])))
			return stands_as(&d->wants[i]);
	for (size_t i = 0; i < d->nwants; i++) {
		const struct input_decl *in = &d->wants[i];
		if (!view_is(name, in->name) && !view_is(name, in->found->drv.meta.pname) &&
		    !view_is(name, in->found->drv.name))
			continue;
		if (found)
			*ret_several = true;
		found = stands_as(in);
	}
	return *ret_several ? NULL : found;
}

static int no_input(const struct decl *d, struct view name, bool several, const char *what,
		    struct fault *f)
{
	return decl_fault(d, ERR_SYNTAX, f,
			  several ? "%s '%.*s' fits several inputs; give one an "
				    "alias with as"
				  : "%s '%.*s' is not one of the inputs",
			  what, (int)name.len, name.ptr);
}

/* Adds what the mark at P (of N bytes) stands for to B. Returns the bytes read, or negative. */
static long expand_mark(const struct decl *d, const char *p, size_t n, struct buf *b,
			struct fault *f)
{
	const char *end = n > 2 ? memchr(p + 1, MARK_BYTE, n - 1) : NULL;
	if (end && p[1] == 'o' && end == p + 2) {
		buf_adds(b, INSIDE_PREFIX "/");
		buf_adds(b, d->drv.name);
	} else if (end && p[1] == 'i') {
		bool several;
		struct view name = {p + 2, (size_t)(end - p) - 2};
		const char *as = find_input(d, name, &several);
		if (!as)
			return no_input(d, name, several, "input_path", f);
		buf_adds(b, INSIDE_PREFIX "/");
		buf_adds(b, as);
	} else {
		return decl_fault(d, ERR_SYNTAX, f,
				  "a text made with out or input_path was cut apart");
	}
	return end + 1 - p;
}

/* Replaces the marks in the N bytes at S. RET is in the arena. */
static int expand(struct recipes *r, const struct decl *d, const char *s, size_t n,
		  const char **ret, size_t *ret_n, struct fault *f)
{
	struct buf b = BUF_INIT;
	int e = 0;
	for (size_t i = 0; e == 0 && i < n;) {
		const char *mark = memchr(s + i, MARK_BYTE, n - i);
		size_t plain = mark ? (size_t)(mark - (s + i)) : n - i;
		buf_add(&b, s + i, plain);
		i += plain;
		if (mark) {
			long used = expand_mark(d, mark, n - i, &b, f);
			e = used < 0 ? (int)used : 0;
			i += used < 0 ? 0 : (size_t)used;
		}
	}
	if (e == 0) {
		*ret = buf_failed(&b) ? NULL : arena_strv(&r->a, buf_view(&b));
		if (ret_n)
			*ret_n = b.len;
		if (!*ret)
			e = fault_set(f, -ENOMEM, "recipe '%s':", d->drv.name);
	}
	buf_release(&b);
	return e;
}

/* Replaces the marks in the text *S. */
static int expand_text(struct recipes *r, const struct decl *d, const char **s, struct fault *f)
{
	if (!strchr(*s, MARK_BYTE))
		return 0;
	return expand(r, d, *s, strlen(*s), s, NULL, f);
}

static int expand_env(struct recipes *r, const struct decl *d, struct drv_env *env, size_t n,
		      struct fault *f)
{
	int e = 0;
	for (size_t i = 0; e == 0 && i < n; i++)
		e = expand_text(r, d, &env[i].value, f);
	return e;
}

static int expand_all(struct recipes *r, struct decl *d, struct fault *f)
{
	struct drv *v = &d->drv;
	int e = expand_env(r, d, v->env, v->nenv, f);
	for (size_t i = 0; e == 0 && i < v->nsteps; i++) {
		struct drv_step *s = &v->steps[i];
		for (size_t k = 0; e == 0 && k < s->argc; k++)
			e = expand_text(r, d, &s->argv[k], f);
		if (e == 0)
			e = expand_text(r, d, &s->dir, f);
		if (e == 0)
			e = expand_text(r, d, &s->in, f);
		if (e == 0)
			e = expand_text(r, d, &s->out, f);
		if (e == 0)
			e = expand_env(r, d, s->env, s->nenv, f);
	}
	for (size_t i = 0; e == 0 && i < v->nsources; i++) {
		struct drv_source *s = &v->sources[i];
		if (s->text)
			e = expand(r, d, s->text, s->text_len, &s->text, &s->text_len, f);
	}
	return e;
}

static int set_inputs(struct recipes *r, struct decl *d, struct fault *f)
{
	struct drv *v = &d->drv;
	v->inputs = arena_array(&r->a, d->nwants + 1, sizeof *v->inputs);
	if (!v->inputs)
		return fault_set(f, -ENOMEM, "recipe '%s':", v->name);
	for (size_t i = 0; i < d->nwants; i++) {
		const struct input_decl *in = &d->wants[i];
		v->inputs[i] = (struct drv_input){stands_as(in), &in->found->drv};
		d->overridden |= in->found->overridden;
	}
	v->ninputs = d->nwants;
	if (d->shell) {
		bool several;
		v->shell = find_input(d, view_of(d->shell), &several);
		if (!v->shell)
			return no_input(d, view_of(d->shell), several, "shell", f);
	}
	return 0;
}

/* Puts local trees in the place of the sources that the caller replaced. */
static void override_sources(struct recipes *r, struct decl *d)
{
	struct drv *v = &d->drv;
	for (size_t i = 0; i < v->nsources; i++) {
		struct drv_source *s = &v->sources[i];
		for (size_t k = 0; k < r->noverrides; k++) {
			struct override *o = &r->overrides[k];
			if (strcmp(o->as, s->as) != 0 ||
			    (o->recipe && strcmp(o->recipe, v->name) != 0 &&
			     strcmp(o->recipe, v->meta.pname) != 0))
				continue;
			*s = (struct drv_source){
			    .as = s->as, .pin = DRV_PIN_NAR, .hash = o->hash, .path = o->path};
			o->used = true;
			d->overridden = true;
		}
	}
}

/* Returns whether D's inputs are those that its remembered derivation has. */
static bool inputs_same(const struct decl *d)
{
	for (size_t i = 0; i < d->nwants; i++) {
		const struct input_decl *in = &d->wants[i];
		const struct drv *found = &in->found->drv;
		if (!digest_eq(&in->id, &found->id) || !in->pname || !found->meta.pname ||
		    strcmp(in->pname, found->meta.pname) != 0)
			return false;
	}
	return true;
}

/* Evaluates the file of D again, for the recipes that were made for other inputs than there are now. */
static int evaluate_again(struct recipes *r, struct decl *d, struct fault *f)
{
	struct recipe_file fresh = *d->file;
	int e = host_eval(&r->host, r, &fresh, f);
	if (e < 0)
		return e;
	if (fresh.ndecls != d->file->ndecls)
		return decl_fault(d, ERR_SYNTAX, f, "the file changed while it was read");
	for (size_t i = 0; i < fresh.ndecls; i++) {
		struct decl *old = d->file->decls[i], *new = fresh.decls[i];
		if (!old->remembered || old->state == DECL_DONE)
			continue;
		if (strcmp(old->drv.name, new->drv.name) != 0 || old->nwants != new->nwants)
			return decl_fault(old, ERR_SYNTAX, f,
					  "the file changed while it was read");
		old->drv = new->drv;
		old->shell = new->shell;
		old->marked = new->marked;
		old->remembered = false;
	}
	d->file->reads = fresh.reads;
	d->file->nreads = fresh.nreads;
	return 0;
}

int decl_finish(struct recipes *r, struct decl *d, struct fault *f)
{
	if (d->remembered && !inputs_same(d)) {
		int again = evaluate_again(r, d, f);
		if (again < 0)
			return again;
	}
	int e = set_inputs(r, d, f);
	if (d->remembered) {
		drv_sort(&d->drv);
		d->state = e == 0 ? DECL_DONE : d->state;
		return e;
	}
	if (e == 0 && d->marked)
		e = expand_all(r, d, f);
	if (e < 0)
		return e;
	for (size_t i = 0; e == 0 && i < d->drv.nsources; i++)
		if (d->drv.sources[i].text)
			e = local_hash_text(
			    (struct view){d->drv.sources[i].text, d->drv.sources[i].text_len},
			    &d->drv.sources[i].hash);
	override_sources(r, d);
	drv_sort(&d->drv);
	if (e == 0)
		e = drv_check(&d->drv, f);
	if (e < 0) {
		decl_wrap(d, f);
		return e;
	}
	e = drv_set_id(&d->drv);
	if (e < 0)
		return fault_set(f, e, "recipe '%s':", d->drv.name);
	d->state = DECL_DONE;
	return 0;
}
