/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"

enum { CHUNK = 16384, WAIT_MS = 60000, LOOK_MS = 200 };

void program_result_release(struct program_result *r)
{
	buf_release(&r->out);
	buf_release(&r->err);
}

static bool is_hidden(const char *variable, const char *const *hides)
{
	if (strncmp(variable, "LC_ALL=", 7) == 0)
		return true;
	for (; hides && *hides; hides++)
		if (strncmp(variable, *hides, strlen(*hides)) == 0)
			return true;
	return false;
}

/* Makes the environment of P, whose texts are borrowed; malloc'd. */
static char **environment(const struct program *p)
{
	static char english[] = "LC_ALL=C";
	size_t n = 0, k = 0, sets = 0;
	while (environ[n])
		n++;
	while (p->sets && p->sets[sets])
		sets++;
	char **ret = calloc(n + sets + 2, sizeof *ret);
	if (!ret)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_hidden(environ[i], p->hides))
			ret[k++] = environ[i];
	for (size_t i = 0; i < sets; i++)
		ret[k++] = (char *)(void *)p->sets[i];
	ret[k] = english;
	return ret;
}

/* Starts P with its outputs in OUT and ERR. 0 or a negated errno. */
static int start(const struct program *p, int out, int err, pid_t *ret)
{
	FREE_PTR char **env = environment(p);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t set;
	if (!env)
		return -ENOMEM;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, err, 2);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						  POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attributes, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &set);
	char *const *argv = (char *const *)(void *)p->argv;
	int r = -posix_spawnp(ret, p->argv[0], &actions, &attributes, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return r;
}

/* Takes what has come at FD, which is closed at its end. ERR_LIMIT: more than MAX bytes. */
static int take(int *fd, size_t max, struct buf *to)
{
	char chunk[CHUNK];
	ssize_t n = read(*fd, chunk, sizeof chunk);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (n == 0) {
		file_close_fd(fd);
		return 0;
	}
	if (to->len + (size_t)n > max)
		return ERR_LIMIT;
	buf_add(to, chunk, (size_t)n);
	return buf_failed(to);
}

/* Reads both outputs to their ends. */
static int read_all(const struct program *p, int fd[2], struct program_result *ret)
{
	int64_t until = sys_monotonic_ns() + p->limit_s * INT64_C(1000000000);
	int64_t most = p->stopped ? LOOK_MS : WAIT_MS;
	int r = 0;
	while (r == 0 && (fd[0] >= 0 || fd[1] >= 0)) {
		struct pollfd wait[2] = {{.fd = fd[0], .events = POLLIN},
					 {.fd = fd[1], .events = POLLIN}};
		int64_t left = (until - sys_monotonic_ns()) / 1000000;
		if (left <= 0)
			return ERR_LIMIT;
		if (p->stopped && p->stopped(p->ctx))
			return ERR_CANCELLED;
		if (poll(wait, 2, (int)(left < most ? left : most)) < 0 && errno != EINTR)
			return -errno;
		if (wait[0].revents)
			r = take(&fd[0], p->max, &ret->out);
		if (r == 0 && wait[1].revents)
			r = take(&fd[1], p->max, &ret->err);
	}
	return r;
}

int program_run(const struct program *p, struct program_result *ret, struct fault *f)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, status = 0;
	pid_t pid = -1, ended;
	int r = pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 ? -errno : 0;
	if (r == 0)
		r = start(p, out[1], err[1], &pid);
	file_close_fd(&out[1]);
	file_close_fd(&err[1]);
	int from[2] = {out[0], err[0]};
	if (r == 0) {
		r = read_all(p, from, ret);
		if (r < 0)
			kill(-pid, SIGKILL);
		while ((ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
			;
		if (r == 0 && ended != pid)
			r = -ECHILD;
		ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	file_close_fd(&from[0]);
	file_close_fd(&from[1]);
	if (r == ERR_LIMIT)
		return fault_set(f, r,
				 "%s was ended: it took longer than %u s, or wrote too much",
				 p->argv[0], p->limit_s);
	return r < 0 ? fault_set(f, r, "cannot run %s:", p->argv[0]) : 0;
}
