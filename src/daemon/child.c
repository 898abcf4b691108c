/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "daemon/job_request.h"

/* The daemon's variables that a job must not see. */
static const char *const HIDDEN[] = {"BOOT_HURD_SOCKET",
				     "BOOT_HURD_STATE",
				     "BOOT_HURD_CONFIG",
				     "BOOT_HURD_COLUMNS",
				     "BOOT_HURD_JOB",
				     "NOTIFY_SOCKET",
				     "JOURNAL_STREAM",
				     "INVOCATION_ID",
				     "WATCHDOG_USEC",
				     "WATCHDOG_PID",
				     NULL};

/* Returns whether the entry E of an environment sets NAME. */
static bool sets(const char *e, const char *name, size_t n)
{
	return strncmp(e, name, n) == 0 && e[n] == '=';
}

/* Returns whether the entry E is replaced by the job's own, or hidden. */
static bool is_hidden(const char *e, const struct strlist *own)
{
	for (size_t i = 0; HIDDEN[i]; i++)
		if (sets(e, HIDDEN[i], strlen(HIDDEN[i])))
			return true;
	for (size_t i = 0; i < own->n; i++)
		if (sets(e, own->items[i], strcspn(own->items[i], "=")))
			return true;
	return false;
}

static int make_environment(struct strlist *l, const struct jobs_options *o,
			    const struct job_request *q, int64_t job)
{
	int r = 0;
	for (char **e = environ; r == 0 && *e; e++)
		if (!is_hidden(*e, &q->env))
			r = strlist_add(l, *e);
	for (size_t i = 0; r == 0 && i < q->env.n; i++)
		r = strlist_add(l, q->env.items[i]);
	if (r == 0)
		r = strlist_addf(l, "BOOT_HURD_STATE=%s", o->state);
	const char *config = q->config ? q->config : o->file;
	if (r == 0 && config)
		r = strlist_addf(l, "BOOT_HURD_CONFIG=%s", config);
	if (r == 0 && job)
		r = strlist_addf(l, "BOOT_HURD_JOB=%" PRId64, job);
	if (r == 0 && q->columns)
		r = strlist_addf(l, "BOOT_HURD_COLUMNS=%u", q->columns);
	return r;
}

int child_prepare(struct child *c, const struct jobs_options *o, const struct job_request *q,
		  int64_t job)
{
	*c = (struct child){.pidfd = -1, .out = {-1, -1}, .files = o->files};
	c->path = strdup(o->program);
	c->directory = strdup(q->directory ? q->directory : o->state);
	int r = c->path && c->directory ? strlist_add(&c->argv, "boot-hurd") : -ENOMEM;
	if (r == 0)
		r = strlist_add(&c->argv, q->arguments.items[0]);
	if (r == 0)
		r = strlist_add(&c->argv, "--no-daemon");
	if (r == 0 && q->recipes)
		r = strlist_addf(&c->argv, "--recipes=%s", q->recipes);
	for (size_t i = 1; r == 0 && i < q->arguments.n; i++)
		r = strlist_add(&c->argv, q->arguments.items[i]);
	if (r == 0)
		r = make_environment(&c->envp, o, q, job);
	return r;
}

void child_release(struct child *c)
{
	strlist_release(&c->argv);
	strlist_release(&c->envp);
	free(c->path);
	free(c->directory);
	file_close_fd(&c->pidfd);
	file_close_fd(&c->out[0]);
	file_close_fd(&c->out[1]);
	*c = (struct child){.pidfd = -1, .out = {-1, -1}};
}

/* Ends the child with words. */
static void give_up(const char *what, const char *path)
{
	const char *parts[] = {"boot-hurdd: cannot ",  what, " ", path, ": ",
			       strerrorname_np(errno), "\n"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i] && write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
			break;
	_exit(1);
}

/* In the child: becomes the program. Only calls that are safe in a signal handler. */
static void become(const struct child *c, const int *out, pid_t parent)
{
	struct rlimit l;
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(1); /* it died before that call */
	setpgid(0, 0);
	int null = open("/dev/null", O_RDONLY);
	dup2(null, STDIN_FILENO);
	dup2(out[0], STDOUT_FILENO);
	dup2(out[1], STDERR_FILENO);
	close(null);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (c->files && getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = c->files;
		setrlimit(RLIMIT_NOFILE, &l);
	}
	if (chdir(c->directory) < 0)
		give_up("enter", c->directory);
	execve(c->path, c->argv.items, c->envp.items);
	give_up("start", c->path);
}

int child_start(struct child *c)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, r = 0;
	pid_t parent = getpid();
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) < 0 || fcntl(err[0], F_SETFL, O_NONBLOCK) < 0)
		r = -errno;
	c->out[0] = out[0];
	c->out[1] = err[0];
	pid_t pid = r == 0 ? fork() : -1;
	if (pid == 0)
		become(c, (int[]){out[1], err[1]}, parent);
	if (r == 0 && pid < 0)
		r = -errno;
	file_close_fd(&out[1]);
	file_close_fd(&err[1]);
	if (r < 0)
		return r;
	c->pid = pid;
	c->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (c->pidfd >= 0)
		return 0;
	r = -errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r;
}
