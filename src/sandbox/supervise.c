/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"

#define SECOND INT64_C(1000000000)

void sandbox_terminal_save(struct sandbox *s)
{
	/* O_NONBLOCK, O_APPEND and the like belong to the open file, not to who has it open. */
	for (int fd = 0; fd < 3; fd++)
		s->standard_flags[fd] = fcntl(fd, F_GETFL);
	s->terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &s->termios) == 0 &&
		      tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void give_terminal_back(struct sandbox *s)
{
	sigset_t ttou, old;
	for (int fd = 0; fd < 3 && s->plan->interactive; fd++)
		if (s->standard_flags[fd] >= 0)
			fcntl(fd, F_SETFL, s->standard_flags[fd]);
	if (!s->terminal)
		return;
	s->terminal = false;
	/* We are in the background now; without this the kernel would stop us. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &ttou, &old);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	tcsetattr(STDIN_FILENO, TCSADRAIN, &s->termios);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

int sandbox_fd(const struct sandbox *s)
{
	return s->epoll_fd;
}

/* Ends the run for the reason HOW, unless it was ended already. */
static void stop(struct sandbox *s, enum sandbox_end how)
{
	if (s->end == SANDBOX_OK)
		s->end = how;
	if (s->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, s->pidfd, SIGKILL, NULL, 0);
}

void sandbox_kill(struct sandbox *s)
{
	stop(s, SANDBOX_CANCELLED);
}

/* Returns the moment SECONDS after START; INT64_MAX when the clock cannot tell it. */
static int64_t deadline(int64_t start, uint64_t seconds)
{
	return seconds > (uint64_t)((INT64_MAX - start) / SECOND)
		   ? INT64_MAX
		   : start + (int64_t)seconds * SECOND;
}

int sandbox_timeout_ms(const struct sandbox *s)
{
	const struct sandbox_limits *l = &s->plan->limits;
	int64_t until = INT64_MAX;
	if (s->end != SANDBOX_OK)
		return -1;
	if (l->time_s && deadline(s->start_ns, l->time_s) < until)
		until = deadline(s->start_ns, l->time_s);
	if (l->silence_s && deadline(s->log_ns, l->silence_s) < until)
		until = deadline(s->log_ns, l->silence_s);
	if (sandbox_limits_due(s) < until)
		until = sandbox_limits_due(s);
	if (until == INT64_MAX)
		return -1;
	int64_t ms = (until - sys_monotonic_ns() + 999999) / 1000000;
	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static void enforce(struct sandbox *s)
{
	const struct sandbox_limits *l = &s->plan->limits;
	int64_t now = sys_monotonic_ns();
	if (s->end != SANDBOX_OK)
		return;
	if (l->time_s && now >= deadline(s->start_ns, l->time_s)) {
		snprintf(s->detail, sizeof s->detail, "the limit is %" PRIu64 " s", l->time_s);
		stop(s, SANDBOX_TIME);
	} else if (l->silence_s && !s->plan->interactive &&
		   now >= deadline(s->log_ns, l->silence_s)) {
		snprintf(s->detail, sizeof s->detail, "the limit is %" PRIu64 " s",
			 l->silence_s);
		stop(s, SANDBOX_SILENCE);
	} else {
		enum sandbox_end e = sandbox_limits_look(s);
		if (e != SANDBOX_OK)
			stop(s, e);
	}
}

/*
 * Moves at most MAX bytes from the pipe to the log. Returns what came (0: nothing there now, or the
 * end) or a negated errno of the log.
 */
static ssize_t move_some(struct sandbox *s, char *block, size_t max)
{
	uint64_t limit = s->plan->limits.log;
	ssize_t n = read(s->pipe_fd, block, max);
	if (n < 0)
		return errno == EINTR ? move_some(s, block, max) : 0;
	if (n == 0) {
		file_close_fd(&s->pipe_fd);
		return 0;
	}
	size_t keep = (size_t)n;
	if (limit && s->log_bytes + keep > limit) {
		keep = limit > s->log_bytes ? (size_t)(limit - s->log_bytes) : 0;
		if (s->end == SANDBOX_OK)
			snprintf(s->detail, sizeof s->detail, "the limit is %" PRIu64 " bytes",
				 limit);
		stop(s, SANDBOX_LOG);
	}
	s->log_bytes += keep;
	s->log_ns = sys_monotonic_ns();
	int r = keep ? file_write_fd(s->log_fd, block, keep) : 0;
	return r < 0 ? r : n;
}

/* Moves what is in the pipe, at most about a megabyte unless ALL. 0 or a negated errno. */
static int move_log(struct sandbox *s, bool all)
{
	char block[65536];
	ssize_t n = 0;
	for (int i = 0; s->pipe_fd >= 0 && (all || i < 16); i++) {
		n = move_some(s, block, sizeof block);
		if (n < (ssize_t)sizeof block)
			break;
	}
	return n < 0 ? (int)n : 0;
}

/* Waits for init, and with it everything inside, to be gone. */
static void reap(struct sandbox *s, struct rusage *u)
{
	memset(u, 0, sizeof *u);
	while (wait4(s->pid, NULL, __WALL, u) < 0 && errno == EINTR)
		;
	file_close_fd(&s->pidfd);
	give_terminal_back(s);
}

static uint64_t ns_of(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_usec * 1000;
}

/* The run is over: says how. */
static int conclude(struct sandbox *s, struct sandbox_result *ret, struct fault *f)
{
	struct rusage u;
	struct sandbox_report r;
	reap(s, &u);
	int err = move_log(s, true);
	if (err < 0)
		return fault_set(f, err, "cannot write the log:");
	bool told = read(s->status_fd, &r, sizeof r) == (ssize_t)sizeof r;
	if (s->end == SANDBOX_OK)
		s->end = sandbox_limits_kernel(s);
	if (!told && s->end == SANDBOX_OK)
		return fault_set(f, ERR_BUILD, "the sandbox was killed from outside");
	if (!told)
		/* Killed by us: init could not tell. Its own share is small. */
		r = (struct sandbox_report){.step = s->shared->step,
					    .user_ns = ns_of(u.ru_utime),
					    .sys_ns = ns_of(u.ru_stime)};
	/* A step may have failed because it had filled the disk: then the limit is the cause. */
	if (told && s->end == SANDBOX_OK)
		s->end = sandbox_limits_final(s, r.end == SANDBOX_OK);
	bool over = s->end == SANDBOX_OUTPUT || s->end == SANDBOX_BUILD || s->by_kernel;
	*ret = (struct sandbox_result){.end = r.end,
				       .status = r.status,
				       .step = r.step,
				       .wall_ns = (uint64_t)(sys_monotonic_ns() - s->start_ns),
				       .user_ns = r.user_ns,
				       .sys_ns = r.sys_ns,
				       .max_rss = r.max_rss ? r.max_rss : s->watch.max_rss};
	memcpy(ret->detail, r.detail, sizeof ret->detail);
	/* What we stopped for counts, unless the steps had failed on their own by then. */
	if (s->end != SANDBOX_OK && (!told || over || r.end == SANDBOX_OK)) {
		ret->end = s->end;
		ret->status = 0;
		memcpy(ret->detail, s->detail, sizeof ret->detail);
	}
	return 1;
}

size_t sandbox_step(const struct sandbox *s)
{
	/* Init writes it while we read. */
	return __atomic_load_n(&s->shared->step, __ATOMIC_RELAXED);
}

int sandbox_pump(struct sandbox *s, struct sandbox_result *ret, struct fault *f)
{
	if (s->pidfd < 0)
		return fault_set(f, ERR_USAGE, "the sandbox has ended already");
	int r = move_log(s, false);
	if (r < 0) {
		struct rusage u;
		stop(s, SANDBOX_CANCELLED);
		reap(s, &u);
		return fault_set(f, r, "cannot write the log:");
	}
	struct pollfd p = {.fd = s->pidfd, .events = POLLIN};
	if (poll(&p, 1, 0) > 0)
		return conclude(s, ret, f);
	enforce(s);
	return 0;
}

void sandbox_free(struct sandbox *s)
{
	struct rusage u;
	if (!s)
		return;
	stop(s, SANDBOX_CANCELLED);
	if (s->pidfd >= 0)
		reap(s, &u);
	sandbox_limits_stop(s);
	file_close_fd(&s->pipe_fd);
	file_close_fd(&s->status_fd);
	file_close_fd(&s->epoll_fd);
	if (s->shared)
		munmap(s->shared, sizeof *s->shared);
	free(s);
}
