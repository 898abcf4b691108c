/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs one sandbox for sandbox.t.
 *
 *     driver [OPTION VALUE]... FOLDER STEP [-- STEP]...
 *
 * FOLDER gets build, out and root; a STEP is a command and its arguments. FOLDER/in is bound at
 * /opt/boot-hurd/in. The log goes to standard output; how the run ended goes to standard error as
 * "END STATUS STEP DETAIL". Options are the fields of limits and vary by name, machine, env
 * ("NAME=VALUE", any number), stdin, stdout, repeat (run that many times), times (each step so often), kill (call sandbox_kill
 * after so many milliseconds), hog (occupy so many MiB first), shell (1: interactive).
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "sandbox/sandbox.h"

enum { MAX_STEPS = 4096, MAX_ENV = 16 };

static const char *const ENDS[] = {
    [SANDBOX_OK] = "ok",
    [SANDBOX_EXIT] = "exit",
    [SANDBOX_SIGNAL] = "signal",
    [SANDBOX_EXEC] = "exec",
    [SANDBOX_TIME] = "time",
    [SANDBOX_SILENCE] = "silence",
    [SANDBOX_MEMORY] = "memory",
    [SANDBOX_OUTPUT] = "output",
    [SANDBOX_LOG] = "log",
    [SANDBOX_LEFTOVER] = "leftover",
    [SANDBOX_NETWORK] = "network",
    [SANDBOX_CANCELLED] = "cancelled",
    [SANDBOX_PROCESSES] = "processes",
    [SANDBOX_BUILD] = "build",
};

struct setup {
	struct sandbox_plan plan;
	struct sandbox_step steps[MAX_STEPS];
	const char *env[MAX_ENV + 1];
	size_t nenv;
	const char *in, *out;
	long repeat, times, kill_ms;
};

static void set_option(struct setup *s, const char *name, const char *value)
{
	struct sandbox_limits *l = &s->plan.limits;
	struct sandbox_vary *v = &s->plan.vary;
	unsigned long long n = strtoull(value, NULL, 0);
	const struct {
		const char *name;
		uint64_t *field;
	} limits[] = {
	    {"time", &l->time_s},         {"silence", &l->silence_s}, {"memory", &l->memory},
	    {"processes", &l->processes}, {"output", &l->output},     {"log", &l->log},
	    {"buildsize", &l->build},
	};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (strcmp(name, limits[i].name) == 0) {
			*limits[i].field = n;
			return;
		}
	if (strcmp(name, "aslr") == 0) {
		v->aslr = n != 0;
	} else if (strcmp(name, "cpus") == 0) {
		v->cpus = (int)n;
	} else if (strcmp(name, "kernel") == 0) {
		v->kernel_name = value;
	} else if (strcmp(name, "umask") == 0) {
		v->umask = (mode_t)n;
	} else if (strcmp(name, "user") == 0) {
		v->user = (unsigned)n;
	} else if (strcmp(name, "offset") == 0) {
		v->time_offset_s = (int64_t)n;
	} else if (strcmp(name, "wall") == 0) {
		v->wall_offset_s = (int64_t)n;
	} else if (strcmp(name, "told") == 0) {
		v->cpus_told = (int)n;
	} else if (strcmp(name, "listing") == 0) {
		v->listing = n != 0;
	} else if (strcmp(name, "sysinfo") == 0) {
		v->memory = n != 0;
	} else if (strcmp(name, "processor") == 0) {
		v->processor = n != 0;
	} else if (strcmp(name, "ids") == 0) {
		v->ids = n != 0;
	} else if (strcmp(name, "strict") == 0) {
		s->plan.strict_network = n != 0;
	} else if (strcmp(name, "machine") == 0) {
		s->plan.machine = value;
	} else if (strcmp(name, "env") == 0 && s->nenv < MAX_ENV) {
		s->env[s->nenv++] = value;
	} else if (strcmp(name, "stdin") == 0) {
		s->in = value;
	} else if (strcmp(name, "stdout") == 0) {
		s->out = value;
	} else if (strcmp(name, "repeat") == 0) {
		s->repeat = (long)n;
	} else if (strcmp(name, "times") == 0) {
		s->times = (long)n;
	} else if (strcmp(name, "kill") == 0) {
		s->kill_ms = (long)n;
	} else if (strcmp(name, "shell") == 0) {
		s->plan.interactive = n != 0;
	} else if (strcmp(name, "hog") == 0) {
		char *p = malloc((size_t)n << 20);
		if (p)
			memset(p, 1, (size_t)n << 20);
	} else {
		fprintf(stderr, "driver: unknown option %s\n", name);
		exit(2);
	}
}

/* Splits ARGV (ends in NULL) into steps. */
static void set_steps(struct setup *s, char **argv)
{
	while (*argv && s->plan.nsteps < MAX_STEPS) {
		struct sandbox_step *step = &s->steps[s->plan.nsteps++];
		step->argv = (const char *const *)(void *)argv;
		step->dir = "/build";
		step->env = s->env;
		step->in = s->in;
		step->out = s->out;
		while (*argv && strcmp(*argv, "--") != 0)
			argv++;
		if (*argv)
			*argv++ = NULL;
		for (long k = 1; k < s->times && s->plan.nsteps < MAX_STEPS; k++)
			s->steps[s->plan.nsteps++] = *step;
	}
	s->plan.steps = s->steps;
}

/* As sandbox_run, but cancels the run after MS milliseconds. */
static int run_and_kill(const struct sandbox_plan *p, long ms, struct sandbox_result *ret,
			struct fault *f)
{
	struct sandbox *box;
	int r = sandbox_start(p, STDOUT_FILENO, &box, f);
	int64_t until = sys_monotonic_ns() + ms * 1000000;
	if (r < 0)
		return r;
	while (r == 0) {
		struct pollfd fd = {.fd = sandbox_fd(box), .events = POLLIN};
		poll(&fd, 1, 10);
		if (sys_monotonic_ns() > until)
			sandbox_kill(box);
		r = sandbox_pump(box, ret, f);
	}
	sandbox_free(box);
	return r < 0 ? r : 0;
}

int main(int argc, char **argv)
{
	static struct setup s = {.plan = {.machine = "x86_64"}, .repeat = 1};
	int i = 1;
	for (; i + 1 < argc && argv[i][0] != '/'; i += 2)
		set_option(&s, argv[i], argv[i + 1]);
	if (i + 1 >= argc)
		return 2;
	const char *folder = argv[i];
	if (s.nenv == 0)
		s.env[s.nenv++] = "PATH=/opt/boot-hurd/in/bin";
	set_steps(&s, argv + i + 1);
	static char in[4096], build[4096], out[4096], root[4096];
	snprintf(in, sizeof in, "%s/in", folder);
	snprintf(build, sizeof build, "%s/build", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	snprintf(root, sizeof root, "%s/root", folder);
	mkdir(build, 0755);
	mkdir(out, 0755);
	mkdir(root, 0755);
	struct sandbox_bind bind = {.host = in, .inside = "/opt/boot-hurd/in"};
	s.plan.binds = &bind;
	s.plan.nbinds = 1;
	s.plan.build_host = build;
	s.plan.output_host = out;
	s.plan.output = "/opt/boot-hurd/out";
	s.plan.scratch_host = root;
	for (long k = 0; k < s.repeat; k++) {
		struct sandbox_result res;
		struct fault f = FAULT_INIT;
		int r = s.kill_ms
			    ? run_and_kill(&s.plan, s.kill_ms, &res, &f)
			    : sandbox_run(&s.plan, s.plan.interactive ? -1 : STDOUT_FILENO,
					  &res, &f);
		if (r < 0) {
			fprintf(stderr, "fault %d %s (%s)\n", r, f.what, f.hint);
			return r == ERR_CONFIG ? 77 : 1;
		}
		if (k == 0)
			fprintf(stderr, "%s %d %zu %s\n", ENDS[res.end], res.status,
				res.step + 1, res.detail);
		if (k == 0 && getenv("COST"))
			fprintf(stderr,
				"wall %llu us, user %llu us, sys %llu us, rss %llu KiB\n",
				(unsigned long long)res.wall_ns / 1000,
				(unsigned long long)res.user_ns / 1000,
				(unsigned long long)res.sys_ns / 1000,
				(unsigned long long)res.max_rss >> 10);
	}
	return 0;
}
