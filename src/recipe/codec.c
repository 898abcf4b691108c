/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/codec.h"

#include <stdint.h>
#include <string.h>

static void code_bytes(struct codec *c, void *p, size_t n)
{
	if (c->out) {
		buf_add(c->out, p, n);
		return;
	}
	if (c->failed || c->in.len < n) {
		c->failed = true;
		memset(p, 0, n);
		return;
	}
	memcpy(p, c->in.ptr, n);
	c->in.ptr += n;
	c->in.len -= n;
}

static void code_number(struct codec *c, size_t *n)
{
	uint32_t v = (uint32_t)*n;
	if (c->out && *n >= UINT32_MAX)
		c->failed = true;
	code_bytes(c, &v, sizeof v);
	*n = v;
}

static void code_flag(struct codec *c, bool *flag)
{
	unsigned char v = *flag;
	code_bytes(c, &v, 1);
	*flag = v != 0;
}

/* Codes the N bytes of text *S. */
static void code_bounded(struct codec *c, const char **s, size_t *n)
{
	uint32_t v = *s ? (uint32_t)*n : UINT32_MAX;
	if (c->out && *s && *n >= UINT32_MAX)
		c->failed = true;
	code_bytes(c, &v, sizeof v);
	if (c->out) {
		if (*s) {
			buf_add(c->out, *s, *n);
			buf_addc(c->out, 0);
		}
		return;
	}
	*s = NULL;
	*n = 0;
	if (c->failed || v == UINT32_MAX)
		return;
	if (v >= c->in.len || c->in.ptr[v] != 0) {
		c->failed = true;
		return;
	}
	*s = c->in.ptr;
	*n = v;
	c->in.ptr += v + 1;
	c->in.len -= v + 1;
}

/* A text that may be NULL. */
static void code_text(struct codec *c, const char **s)
{
	size_t n = *s ? strlen(*s) : 0;
	code_bounded(c, s, &n);
}

/* A text that is there. */
static void code_needed(struct codec *c, const char **s)
{
	code_text(c, s);
	if (!*s) {
		c->failed = true;
		*s = "";
	}
}

/* Codes the count *N of ITEMS, of SIZE bytes each and at least one when written. Returns them. */
static void *code_array(struct codec *c, size_t *n, void *items, size_t size)
{
	code_number(c, n);
	if (c->out)
		return items;
	if (*n > c->in.len)
		c->failed = true;
	void *p = c->failed ? NULL : arena_array(c->a, *n + 1, size);
	if (!p) {
		c->failed = true;
		*n = 0;
	}
	return p;
}

static void code_texts(struct codec *c, const char ***list, size_t *n)
{
	*list = code_array(c, n, (void *)*list, sizeof **list);
	for (size_t i = 0; i < *n; i++)
		code_needed(c, &(*list)[i]);
}

static void code_env(struct codec *c, struct drv_env **env, size_t *n)
{
	*env = code_array(c, n, *env, sizeof **env);
	for (size_t i = 0; i < *n; i++) {
		code_needed(c, &(*env)[i].name);
		code_needed(c, &(*env)[i].value);
	}
}

static void code_source(struct codec *c, struct drv_source *s)
{
	size_t pin = s->pin;
	code_needed(c, &s->as);
	code_number(c, &pin);
	s->pin = pin == DRV_PIN_GIT   ? DRV_PIN_GIT
		 : pin == DRV_PIN_NAR ? DRV_PIN_NAR
				      : DRV_PIN_SHA256;
	code_bytes(c, s->hash.b, sizeof s->hash.b);
	code_text(c, &s->commit);
	code_flag(c, &s->unpack);
	code_text(c, &s->nested);
	code_text(c, &s->path);
	code_bounded(c, &s->text, &s->text_len);
	code_texts(c, &s->uris, &s->nuris);
	code_bytes(c, &s->size_max, sizeof s->size_max);
	code_bytes(c, &s->unpacked_max, sizeof s->unpacked_max);
}

static void code_step(struct codec *c, struct drv_step *s)
{
	code_texts(c, &s->argv, &s->argc);
	code_needed(c, &s->dir);
	code_needed(c, &s->in);
	code_needed(c, &s->out);
	code_env(c, &s->env, &s->nenv);
}

static void code_meta(struct codec *c, struct drv_meta *m)
{
	code_text(c, &m->pname);
	code_text(c, &m->version);
	code_text(c, &m->summary);
	code_text(c, &m->homepage);
	code_text(c, &m->license);
	code_texts(c, &m->pregenerated, &m->npregenerated);
	code_texts(c, &m->unused, &m->nunused);
	code_text(c, &m->part);
	code_text(c, &m->root);
	code_bytes(c, &m->line, sizeof m->line);
}

/* Everything of a derivation but its inputs, which are those of the declaration. */
static void code_drv(struct codec *c, struct drv *d)
{
	code_bytes(c, d->id.b, sizeof d->id.b);
	code_needed(c, &d->name);
	code_needed(c, &d->system);
	d->sources = code_array(c, &d->nsources, d->sources, sizeof *d->sources);
	for (size_t i = 0; i < d->nsources; i++)
		code_source(c, &d->sources[i]);
	code_env(c, &d->env, &d->nenv);
	code_texts(c, &d->dirs, &d->ndirs);
	d->steps = code_array(c, &d->nsteps, d->steps, sizeof *d->steps);
	for (size_t i = 0; i < d->nsteps; i++)
		code_step(c, &d->steps[i]);
	code_text(c, &d->script);
	code_text(c, &d->shell);
	code_flag(c, &d->strict_network);
	code_bytes(c, &d->limits, sizeof d->limits);
	code_meta(c, &d->meta);
}

static void code_want(struct codec *c, struct input_decl *w)
{
	code_needed(c, &w->name);
	code_text(c, &w->as);
	code_bytes(c, w->id.b, sizeof w->id.b);
	code_text(c, &w->pname);
}

static void code_decl(struct codec *c, struct decl *d)
{
	code_drv(c, &d->drv);
	d->wants = code_array(c, &d->nwants, d->wants, sizeof *d->wants);
	for (size_t i = 0; i < d->nwants; i++)
		code_want(c, &d->wants[i]);
	code_text(c, &d->shell);
	code_flag(c, &d->marked);
	code_flag(c, &d->remembered);
}

static void code_read(struct codec *c, struct recipe_read *r)
{
	unsigned char kind = (unsigned char)r->kind;
	code_bytes(c, &kind, 1);
	r->kind = (enum read_kind)kind;
	code_needed(c, &r->folder);
	code_needed(c, &r->arg);
	code_needed(c, &r->path);
	code_bytes(c, &r->content.stamp, sizeof r->content.stamp);
	code_bytes(c, r->content.digest.b, sizeof r->content.digest.b);
}

void code_reads(struct codec *c, struct recipe_file *f)
{
	const char *path = f->path;
	code_needed(c, &path);
	c->failed |= strcmp(path, f->path) != 0;
	f->reads = code_array(c, &f->nreads, f->reads, sizeof *f->reads);
	for (size_t i = 0; i < f->nreads; i++)
		code_read(c, &f->reads[i]);
}

void code_decls(struct codec *c, struct recipe_file *f)
{
	f->decls = code_array(c, &f->ndecls, (void *)f->decls, sizeof *f->decls);
	for (size_t i = 0; i < f->ndecls && !c->failed; i++) {
		if (!c->out)
			f->decls[i] = arena_alloc(c->a, sizeof *f->decls[i]);
		if (f->decls[i])
			code_decl(c, f->decls[i]);
		else
			c->failed = true;
	}
}
