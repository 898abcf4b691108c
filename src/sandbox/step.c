/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* How often, a millisecond apart, a program is started that is still open for writing. */
enum { BUSY_TRIES = 2000 };

static _Noreturn void give_up(struct sandbox_step_failure *f, int err, const char *what,
			      const char *path)
{
	snprintf(f->detail, sizeof f->detail, "%s %.180s", what, path);
	f->err = err;
	_exit(127);
}

/* Makes FD a descriptor of PATH. */
static void redirect(int fd, const char *path, int flags, const char *what,
		     struct sandbox_step_failure *f)
{
	int got = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
	if (got < 0 || dup2(got, fd) < 0)
		give_up(f, errno, what, path);
}

/* Returns the value of PATH in ENV, or "". */
static const char *find_path(const char *const *env)
{
	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return "";
}

/*
 * Tries to become PATH. Returns the errno. A file that is there but whose interpreter is not gets
 * *NO_INTERPRETER set.
 *
 * A source that the engine has just laid out can be "busy" for a moment: a sandbox that another
 * thread started while the file was being written has inherited the open file, and has not come to
 * closing it yet. So that is waited for.
 */
static int try_exec(const char *path, const struct sandbox_step *s, bool *no_interpreter)
{
	int e;
	for (int tries = 0;; tries++) {
		execve(path, (char *const *)(uintptr_t)s->argv,
		       (char *const *)(uintptr_t)s->env);
		e = errno;
		if (e != ETXTBSY || tries == BUSY_TRIES)
			break;
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	if (e == ENOENT && access(path, F_OK) == 0)
		*no_interpreter = true;
	return e;
}

/* Tries argv[0] in each folder of PATH. Returns the errno. */
static int search_path(const struct sandbox_step *s, bool *no_interpreter)
{
	const char *dir = find_path(s->env);
	int e = ENOENT;
	while (*dir && !*no_interpreter) {
		size_t n = strcspn(dir, ":");
		char path[4096];
		int len = snprintf(path, sizeof path, "%.*s/%s", (int)n, dir, s->argv[0]);
		dir += n + (dir[n] == ':');
		if (n == 0 || len < 0 || (size_t)len >= sizeof path)
			continue;
		int r = try_exec(path, s, no_interpreter);
		if (r != ENOENT && r != ENOTDIR && r != EACCES)
			return r;
		e = r == EACCES ? EACCES : e;
	}
	return e;
}

/* Becomes the program that S names, or says why not. */
static _Noreturn void run(const struct sandbox_step *s, struct sandbox_step_failure *f)
{
	bool no_interpreter = false;
	bool search = !strchr(s->argv[0], '/');
	int e =
	    search ? search_path(s, &no_interpreter) : try_exec(s->argv[0], s, &no_interpreter);
	if (no_interpreter)
		give_up(f, e, "missing interpreter or loader of", s->argv[0]);
	if (e == ENOENT && search)
		give_up(f, e, "not found in PATH:", s->argv[0]);
	give_up(f, e, "cannot run", s->argv[0]);
}

/* Takes the terminal for this process, as a shell's job would get it. */
static void take_terminal(void)
{
	if (isatty(STDIN_FILENO) && setpgid(0, 0) == 0)
		tcsetpgrp(STDIN_FILENO, getpid());
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
	return (int)syscall(SYS_capset, &head, none);
}

/* Lets init, and nobody inside, trace the programs of this step. */
static void allow_tracing(struct sandbox_step_failure *f)
{
	int r = sandbox_filter_no_trace();
	/* The memory is still a copy of the caller's, where init has no rights. */
	if (r == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		r = -errno;
	if (r < 0)
		give_up(f, -r, "cannot prepare", "tracing");
}

_Noreturn void sandbox_step_exec(const struct sandbox_init *a, size_t i,
				 struct sandbox_step_failure *f)
{
	const struct sandbox_plan *p = a->plan;
	const struct sandbox_step *s = &p->steps[i];
	if (p->interactive)
		take_terminal();
	unsigned long persona = strcmp(p->machine, "i686") == 0 ? PER_LINUX32 : PER_LINUX;
	if (!p->vary.aslr)
		persona |= ADDR_NO_RANDOMIZE;
	if (personality(persona) < 0)
		give_up(f, errno, "cannot set the personality of", p->machine);
	int r = sandbox_limits_set(&p->limits);
	if (r < 0)
		give_up(f, -r, "cannot set", "resource limits");
	r = sandbox_priority_set(a->policy);
	if (r < 0)
		give_up(f, -r, "cannot set", "the priority");
	if (drop_capabilities() < 0)
		give_up(f, errno, "cannot drop", "capabilities");
	if (sandbox_filter_traces(&p->vary))
		allow_tracing(f);
	umask(sandbox_plan_umask(p));
	if (chdir(s->dir) < 0)
		give_up(f, errno, "cannot enter folder", s->dir);
	if (s->in || !p->interactive)
		redirect(STDIN_FILENO, s->in ? s->in : "/dev/null", O_RDONLY,
			 "cannot read standard input", f);
	if (s->out)
		redirect(STDOUT_FILENO, s->out, O_WRONLY | O_CREAT | O_TRUNC,
			 "cannot write standard output", f);
	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) < 0)
		give_up(f, errno, "cannot close", "descriptors");
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	run(s, f);
}
