/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/inside.h"
#include "base/path.h"

unsigned sandbox_plan_user(const struct sandbox_plan *p)
{
	return p->vary.user ? p->vary.user : 1000;
}

mode_t sandbox_plan_umask(const struct sandbox_plan *p)
{
	return p->vary.umask ? p->vary.umask : 022;
}

const char *sandbox_plan_release(const struct sandbox_plan *p)
{
	return p->vary.kernel_name ? p->vary.kernel_name : "6.1.0";
}

const char *sandbox_plan_version(const struct sandbox_plan *p)
{
	return p->vary.kernel_name ? "#2 SMP varied" : "#1 SMP";
}

static bool is_absolute(const char *path)
{
	return path && path[0] == '/' && path_is_clean(view_of(path + 1));
}

/* Returns whether one of A and B lies below the other, or they are the same. */
static bool overlap(const char *a, const char *b)
{
	return path_is_under(a, b) || path_is_under(b, a);
}

static int by_inside(const void *a, const void *b)
{
	const struct sandbox_bind *x = *(const struct sandbox_bind *const *)a;
	const struct sandbox_bind *y = *(const struct sandbox_bind *const *)b;
	return strcmp(x->inside, y->inside);
}

/* Returns the binds of P sorted by their place inside, malloc'd, or NULL: no memory. */
static const struct sandbox_bind **sorted_binds(const struct sandbox_plan *p)
{
	const struct sandbox_bind **ret = calloc(p->nbinds + 1, sizeof *ret);
	if (!ret)
		return NULL;
	for (size_t i = 0; i < p->nbinds; i++)
		ret[i] = &p->binds[i];
	qsort(ret, p->nbinds, sizeof *ret, by_inside);
	return ret;
}

/* Refuses a bind that stands in the way of what is always there. */
static int check_bind(const struct sandbox_plan *p, const struct sandbox_bind *b,
		      struct fault *f)
{
	static const char *const taken[] = {INSIDE_BUILD, "/tmp", "/proc", "/dev"};
	if (!is_absolute(b->inside) || !b->host || b->host[0] != '/')
		return fault_set(
		    f, ERR_USAGE, "sandbox: input %s of %s: not an absolute, clean path",
		    b->inside ? b->inside : "(none)", b->host ? b->host : "(none)");
	for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
		if (overlap(b->inside, taken[k]))
			return fault_set(f, ERR_USAGE, "sandbox: an input cannot stand at %s",
					 b->inside);
	if (overlap(b->inside, p->output))
		return fault_set(f, ERR_USAGE, "sandbox: input %s and output %s overlap",
				 b->inside, p->output);
	return 0;
}

/* Refuses binds that stand in each other's way. */
static int check_binds(const struct sandbox_plan *p, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < p->nbinds; i++)
		r = check_bind(p, &p->binds[i], f);
	if (r < 0)
		return r;
	const struct sandbox_bind **sorted = sorted_binds(p);
	if (!sorted)
		return fault_set(f, -ENOMEM, "sandbox:");
	for (size_t i = 0; r == 0 && i < p->nbinds; i++) {
		const char *a = sorted[i]->inside;
		/* Names between a folder and what is below it ("a", "a-b", "a/c") are few. */
		for (size_t k = i + 1; r == 0 && k < p->nbinds; k++) {
			if (strncmp(sorted[k]->inside, a, strlen(a)) != 0)
				break;
			if (overlap(a, sorted[k]->inside))
				r = fault_set(f, ERR_USAGE, "sandbox: inputs %s and %s overlap",
					      a, sorted[k]->inside);
		}
	}
	free(sorted);
	return r;
}

int sandbox_plan_check(const struct sandbox_plan *p, struct fault *f)
{
	if (!is_absolute(p->output) || !path_is_under(p->output, INSIDE_PREFIX) ||
	    strcmp(p->output, INSIDE_PREFIX) == 0)
		return fault_set(f, ERR_USAGE,
				 "sandbox: the output must lie below " INSIDE_PREFIX);
	if (!p->build_host || !p->output_host || !p->scratch_host)
		return fault_set(f, ERR_USAGE,
				 "sandbox: build, output and scratch folders are needed");
	if (!p->machine ||
	    (strcmp(p->machine, "i686") != 0 && strcmp(p->machine, "x86_64") != 0))
		return fault_set(f, ERR_USAGE, "sandbox: machine must be i686 or x86_64");
	if (p->vary.umask & ~(mode_t)077)
		return fault_set(f, ERR_USAGE, "sandbox: umask %04o would lock the build out",
				 (unsigned)p->vary.umask);
	if (p->vary.kernel_name && strlen(p->vary.kernel_name) > 64)
		return fault_set(f, ERR_USAGE,
				 "sandbox: a kernel release has at most 64 bytes");
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct sandbox_step *s = &p->steps[i];
		if (!s->argv || !s->argv[0] || !s->argv[0][0] || !s->env)
			return fault_set(f, ERR_USAGE,
					 "sandbox: step %zu lacks a command or environment",
					 i + 1);
		if (!s->dir || s->dir[0] != '/' || (s->in && s->in[0] != '/') ||
		    (s->out && s->out[0] != '/'))
			return fault_set(f, ERR_USAGE,
					 "sandbox: step %zu: a path is not absolute", i + 1);
	}
	return check_binds(p, f);
}

/* Adds S so that it stays one line and can be read back: like a C string, without the quotes. */
static void add_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '\n')
			buf_adds(b, "\\n");
		else if (c == '\\')
			buf_adds(b, "\\\\");
		else if (c < ' ' || c == 127)
			buf_addf(b, "\\%03o", c);
		else
			buf_addc(b, *s);
	}
	buf_addc(b, '\n');
}

static void add_fact(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%s ", name);
	add_text(b, value);
}

static void add_limit(struct buf *b, const char *name, uint64_t value)
{
	if (value)
		buf_addf(b, "limit %s %" PRIu64 "\n", name, value);
	else
		buf_addf(b, "limit %s none\n", name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds "step NUMBER NAME VALUE". */
static void add_step_fact(struct buf *b, size_t number, const char *name, const char *value)
{
	buf_addf(b, "step %zu %s ", number, name);
	add_text(b, value);
}

static void add_step(struct buf *b, const struct sandbox_step *s, size_t number)
{
	size_t nenv = 0;
	while (s->env[nenv])
		nenv++;
	const char **env = calloc(nenv + 1, sizeof *env);
	if (!env) {
		b->failed = 1;
		return;
	}
	memcpy(env, s->env, nenv * sizeof *env);
	qsort(env, nenv, sizeof *env, by_text);
	add_step_fact(b, number, "dir", s->dir);
	add_step_fact(b, number, "in", s->in ? s->in : "/dev/null");
	add_step_fact(b, number, "out", s->out ? s->out : "log");
	for (size_t i = 0; i < nenv; i++)
		add_step_fact(b, number, "env", env[i]);
	for (size_t i = 0; s->argv[i]; i++)
		add_step_fact(b, number, "arg", s->argv[i]);
	free(env);
}

void sandbox_plan_print(const struct sandbox_plan *p, struct buf *ret)
{
	add_fact(ret, "machine", p->machine);
	buf_addf(ret, "user %u\n", sandbox_plan_user(p));
	buf_addf(ret, "umask %03o\n", (unsigned)sandbox_plan_umask(p));
	add_fact(ret, "kernel", sandbox_plan_release(p));
	buf_addf(ret, "aslr %s\n", p->vary.aslr ? "on" : "off");
	if (p->vary.cpus > 0)
		buf_addf(ret, "cpus %d\n", p->vary.cpus);
	else
		buf_adds(ret, "cpus all\n");
	if (p->vary.cpus_told)
		buf_addf(ret, "cpus-told %d\n", p->vary.cpus_told);
	buf_addf(ret, "listing %s\n", p->vary.listing ? "reversed" : "as it is");
	buf_addf(ret, "memory %s\n", p->vary.memory ? "varied" : "as it is");
	buf_addf(ret, "processor %s\n", p->vary.processor ? "varied" : "as it is");
	buf_addf(ret, "ids %s\n", p->vary.ids ? "varied" : "as they are");
	buf_addf(ret, "wall-clock-offset %" PRId64 "\n", p->vary.wall_offset_s);
	buf_addf(ret, "clock-offset %" PRId64 "\n", p->vary.time_offset_s);
	buf_addf(ret, "network %s\n", p->strict_network ? "strict" : "loopback");
	buf_addf(ret, "terminal %s\n", p->interactive ? "yes" : "no");
	add_limit(ret, "time", p->limits.time_s);
	add_limit(ret, "silence", p->limits.silence_s);
	add_limit(ret, "memory", p->limits.memory);
	add_limit(ret, "processes", p->limits.processes);
	add_limit(ret, "output", p->limits.output);
	add_limit(ret, "build", p->limits.build);
	add_limit(ret, "log", p->limits.log);
	const struct sandbox_bind **binds = sorted_binds(p);
	if (!binds)
		ret->failed = 1;
	for (size_t i = 0; binds && i < p->nbinds; i++) {
		buf_addf(ret, "input %s ", binds[i]->inside);
		add_text(ret, binds[i]->host);
	}
	free(binds);
	add_fact(ret, "folder " INSIDE_BUILD, p->build_host ? p->build_host : "new");
	buf_addf(ret, "output %s ", p->output);
	add_text(ret, p->output_host ? p->output_host : "new");
	for (size_t i = 0; i < p->nsteps; i++)
		add_step(ret, &p->steps[i], i + 1);
}
