/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/inside.h"
#include "cmd/print.h"
#include "json/write.h"

int plan_of(struct cmd *c, struct builder *b, const struct drv *d, struct build_plan *ret,
	    struct fault *f)
{
	static const struct drv_limits none;
	struct store *s = builder_store(b);
	struct action act;
	int r = builder_resolve(b, s, &c->arena, d, &act, f);
	return r < 0 ? r : build_plan_make(&c->arena, s, &act, &none, NULL, NULL, ret, f);
}

void plan_text(const struct drv *d, const struct build_plan *p)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "build %s\n", d->name);
	sandbox_plan_print(&p->sandbox, &b);
	for (size_t i = 0; i < p->ncopies; i++)
		buf_addf(&b, "source %s %s\n", p->copies[i].inside, p->copies[i].host);
	for (size_t i = 0; i < p->ndirs; i++)
		buf_addf(&b, "made %s/%s\n", p->sandbox.output, p->dirs[i]);
	print_document(buf_view(&b), ESCAPE_LINES);
	buf_release(&b);
}

/* Adds the text VALUE; NULL is null. */
static void put(struct buf *b, const char *name, const char *value)
{
	if (value)
		json_put(b, name, value);
	else
		json_put_null(b, name);
}

static void put_mount(struct buf *b, const char *inside, const char *host, const char *name,
		      bool writable)
{
	json_open(b, NULL);
	put(b, "inside", inside);
	put(b, "host", host);
	put(b, "name", name);
	json_put_flag(b, "writable", writable);
	json_close(b);
}

static void put_mounts(struct buf *b, const struct drv *d, const struct build_plan *p)
{
	const struct sandbox_plan *s = &p->sandbox;
	json_open_array(b, "mounts");
	for (size_t i = 0; i < s->nbinds; i++)
		put_mount(b, s->binds[i].inside, s->binds[i].host, p->names[i], false);
	put_mount(b, INSIDE_BUILD, s->build_host, NULL, true);
	put_mount(b, s->output, s->output_host, d->name, true);
	json_close_array(b);
	json_open_array(b, "sources");
	for (size_t i = 0; i < p->ncopies; i++) {
		json_open(b, NULL);
		put(b, "inside", p->copies[i].inside);
		put(b, "host", p->copies[i].host);
		json_close(b);
	}
	json_close_array(b);
	json_open_array(b, "made");
	for (size_t i = 0; i < p->ndirs; i++)
		json_put(b, NULL, p->dirs[i]);
	json_close_array(b);
}

static void put_limits(struct buf *b, const struct sandbox_limits *l)
{
	json_open(b, "limits");
	json_put_number(b, "time_s", l->time_s);
	json_put_number(b, "silence_s", l->silence_s);
	json_put_number(b, "memory", l->memory);
	json_put_number(b, "processes", l->processes);
	json_put_number(b, "output", l->output);
	json_put_number(b, "build", l->build);
	json_put_number(b, "log", l->log);
	json_close(b);
}

static void put_step(struct buf *b, const struct sandbox_step *s)
{
	json_open(b, NULL);
	json_open_array(b, "argv");
	for (size_t i = 0; s->argv[i]; i++)
		json_put(b, NULL, s->argv[i]);
	json_close_array(b);
	put(b, "dir", s->dir);
	put(b, "stdin", s->in);
	put(b, "stdout", s->out);
	json_open(b, "env");
	for (size_t i = 0; s->env[i]; i++) {
		/* json_put needs the name alone. */
		char *name = strndup(s->env[i], strcspn(s->env[i], "="));
		if (name)
			json_put(b, name, s->env[i] + strlen(name) + 1);
		else
			b->failed = 1;
		free(name);
	}
	json_close(b);
	json_close(b);
}

int plan_json(const struct drv *d, const struct build_plan *p)
{
	const struct sandbox_plan *s = &p->sandbox;
	struct buf b = BUF_INIT;
	char umask[16];
	snprintf(umask, sizeof umask, "%03o", (unsigned)sandbox_plan_umask(s));
	json_open(&b, NULL);
	json_put_number(&b, "schema", 1);
	json_put(&b, "name", d->name);
	json_put_hex(&b, "derivation", d->id.b, DIGEST_LEN);
	put(&b, "machine", s->machine);
	put(&b, "kernel", sandbox_plan_release(s));
	json_put_number(&b, "user", sandbox_plan_user(s));
	json_put(&b, "umask", umask);
	json_put_flag(&b, "strict_network", s->strict_network);
	put_limits(&b, &s->limits);
	put_mounts(&b, d, p);
	json_open_array(&b, "steps");
	for (size_t i = 0; i < s->nsteps; i++)
		put_step(&b, &s->steps[i]);
	json_close_array(&b);
	json_close(&b);
	buf_addc(&b, '\n');
	int r = buf_failed(&b);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	return r;
}
