/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/plan.h"

#include <inttypes.h>
#include <string.h>

#include "base/inside.h"
#include "cmd/print.h"
#include "json/json.h"

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

/* Adds NAME and the text VALUE; NULL is null. */
static void add_member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "\"%s\":", name);
	if (value)
		json_add_string(b, view_of(value));
	else
		buf_adds(b, "null");
}

static void add_mount(struct buf *b, const char *inside, const char *host, const char *name,
		      bool writable)
{
	buf_addc(b, '{');
	add_member(b, "inside", inside);
	buf_addc(b, ',');
	add_member(b, "host", host);
	buf_addc(b, ',');
	add_member(b, "name", name);
	buf_addf(b, ",\"writable\":%s}", writable ? "true" : "false");
}

static void add_mounts(struct buf *b, const struct drv *d, const struct build_plan *p)
{
	const struct sandbox_plan *s = &p->sandbox;
	buf_adds(b, ",\"mounts\":[");
	for (size_t i = 0; i < s->nbinds; i++) {
		add_mount(b, s->binds[i].inside, s->binds[i].host, p->names[i], false);
		buf_addc(b, ',');
	}
	add_mount(b, INSIDE_BUILD, s->build_host, NULL, true);
	buf_addc(b, ',');
	add_mount(b, s->output, s->output_host, d->name, true);
	buf_adds(b, "],\"sources\":[");
	for (size_t i = 0; i < p->ncopies; i++) {
		buf_adds(b, i ? ",{" : "{");
		add_member(b, "inside", p->copies[i].inside);
		buf_addc(b, ',');
		add_member(b, "host", p->copies[i].host);
		buf_addc(b, '}');
	}
	buf_adds(b, "],\"made\":[");
	for (size_t i = 0; i < p->ndirs; i++) {
		buf_adds(b, i ? "," : "");
		json_add_string(b, view_of(p->dirs[i]));
	}
	buf_addc(b, ']');
}

static void add_limits(struct buf *b, const struct sandbox_limits *l)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {{"time_s", l->time_s}, {"silence_s", l->silence_s},
		    {"memory", l->memory}, {"processes", l->processes},
		    {"output", l->output}, {"build", l->build},
		    {"log", l->log}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		buf_addf(b, "%s\"%s\":%" PRIu64, i ? "," : ",\"limits\":{", rows[i].name,
			 rows[i].value);
	buf_addc(b, '}');
}

static void add_step(struct buf *b, const struct sandbox_step *s)
{
	buf_adds(b, "{\"argv\":[");
	for (size_t i = 0; s->argv[i]; i++) {
		buf_adds(b, i ? "," : "");
		json_add_string(b, view_of(s->argv[i]));
	}
	buf_adds(b, "],");
	add_member(b, "dir", s->dir);
	buf_addc(b, ',');
	add_member(b, "stdin", s->in);
	buf_addc(b, ',');
	add_member(b, "stdout", s->out);
	buf_adds(b, ",\"env\":{");
	for (size_t i = 0; s->env[i]; i++) {
		size_t n = strcspn(s->env[i], "=");
		buf_adds(b, i ? "," : "");
		json_add_string(b, (struct view){s->env[i], n});
		buf_addc(b, ':');
		json_add_string(b, view_of(s->env[i] + n + 1));
	}
	buf_adds(b, "}}");
}

int plan_json(const struct drv *d, const struct build_plan *p)
{
	const struct sandbox_plan *s = &p->sandbox;
	struct buf b = BUF_INIT;
	char hex[DIGEST_HEX + 1];
	digest_hex(&d->id, hex);
	buf_adds(&b, "{\"schema\":1,");
	add_member(&b, "name", d->name);
	buf_addf(&b, ",\"derivation\":\"%s\",", hex);
	add_member(&b, "machine", s->machine);
	buf_addc(&b, ',');
	add_member(&b, "kernel", sandbox_plan_release(s));
	buf_addf(&b, ",\"user\":%u,\"umask\":\"%03o\",\"strict_network\":%s",
		 sandbox_plan_user(s), (unsigned)sandbox_plan_umask(s),
		 s->strict_network ? "true" : "false");
	add_limits(&b, &s->limits);
	add_mounts(&b, d, p);
	buf_adds(&b, ",\"steps\":[");
	for (size_t i = 0; i < s->nsteps; i++) {
		buf_adds(&b, i ? "," : "");
		add_step(&b, &s->steps[i]);
	}
	buf_adds(&b, "]}\n");
	int r = buf_failed(&b);
	if (r == 0)
		print_document(buf_view(&b), ESCAPE_DOCUMENT);
	buf_release(&b);
	return r;
}
