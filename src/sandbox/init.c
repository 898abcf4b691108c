/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"

enum {
	FIRST_LOOK_MS = 25, /* processes are watched from then on; short steps never are */
	LOOK_MS = 50,
	AGAIN_MS = 10,  /* to confirm that memory is over the limit */
	GRACE_MS = 200, /* for processes that are just ending when their step has ended */
};

struct init {
	const struct sandbox_init *a;
	struct sandbox_report report;
	struct sandbox_watch watch;
	uint64_t base_rss; /* bytes this process, and so each step before its exec, occupies */
	int64_t look_ns;   /* when to watch next, monotonic */
	int signals;       /* signalfd of SIGCHLD */
	struct sandbox_listener listener;
	pid_t step;      /* running, or 0 */
	int step_status; /* as from wait, when step is 0 again */
	bool ended;      /* report.end is set: no further step */
};

static void send_report(const struct sandbox_report *r)
{
	/* Whole or not at all; when nobody reads any more, the caller is gone and we are, too. */
	if (write(SANDBOX_STATUS_FD, r, sizeof *r) != (ssize_t)sizeof *r)
		_exit(1);
}

static _Noreturn void setup_failed(int err, const char *what)
{
	struct sandbox_report r = {.kind = SANDBOX_REPORT_SETUP, .status = err};
	snprintf(r.detail, sizeof r.detail, "%s", what);
	send_report(&r);
	_exit(1);
}

/* Keeps standard descriptors and the status pipe, closes all others. */
static void arrange_descriptors(const struct sandbox_init *a)
{
	int status = fcntl(a->status_fd, F_DUPFD, 10);
	int log = a->log_fd >= 0 ? fcntl(a->log_fd, F_DUPFD, 10) : -1;
	if (status < 0 || (a->log_fd >= 0 && log < 0) || dup2(status, SANDBOX_STATUS_FD) < 0)
		_exit(1);
	if (log >= 0 && (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0))
		setup_failed(errno, "cannot redirect output");
	if (log >= 0)
		close(STDIN_FILENO);
	if (syscall(SYS_close_range, SANDBOX_STATUS_FD + 1, ~0U, 0) < 0)
		setup_failed(errno,
			     "cannot close descriptors (this needs Linux 5.12 or newer)");
}

static void reset_signals(void)
{
	/*
	 * All stay blocked in this process, so that none can disturb it. By the bare call: libc refuses
	 * the signals it uses itself, 32 and 33, which a caller may have left ignored. 8: bytes of a
	 * signal set in the kernel.
	 */
	static const unsigned long
	    by_default[8]; /* struct sigaction of the kernel: handler 0 */
	for (int i = 1; i <= 64; i++)
		syscall(SYS_rt_sigaction, i, by_default, NULL, 8);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		setup_failed(errno, path);
	close(fd);
}

/*
 * Chooses N processors among those allowed, beginning with the one that this runs on: builds that go on at
 * the same time do not all get the same.
 */
static void limit_cpus(int n)
{
	cpu_set_t all, few;
	int here = sched_getcpu();
	CPU_ZERO(&few);
	if (sched_getaffinity(0, sizeof all, &all) < 0)
		setup_failed(errno, "cannot ask for processors");
	for (int i = 0; i < CPU_SETSIZE && n > 0; i++) {
		int cpu = ((here < 0 ? 0 : here) + i) % CPU_SETSIZE;
		if (CPU_ISSET(cpu, &all)) {
			CPU_SET(cpu, &few);
			n--;
		}
	}
	if (sched_setaffinity(0, sizeof few, &few) < 0)
		setup_failed(errno, "cannot limit processors");
}

static void set_up_namespaces(const struct sandbox_init *a)
{
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", a->uid_map);
	write_file("/proc/self/gid_map", a->gid_map);
	if (sethostname("localhost", 9) < 0 || setdomainname("(none)", 6) < 0)
		setup_failed(errno, "cannot set the host name");
	int up = sandbox_network_up();
	if (up < 0)
		setup_failed(-up, "cannot bring loopback up");
	if (a->timens[0]) {
		if (unshare(CLONE_NEWTIME) < 0)
			setup_failed(errno, "cannot make a time namespace");
		write_file("/proc/self/timens_offsets", a->timens);
	}
	struct sandbox_report r = {.kind = SANDBOX_REPORT_SETUP};
	int err = sandbox_mounts(a->plan, r.detail, sizeof r.detail);
	if (err < 0) {
		r.status = -err;
		send_report(&r);
		_exit(1);
	}
}

/*
 * Gives up what this process will not need: only the right to look into the processes below it, to
 * answer the filter, is kept.
 */
static void drop_rights(void)
{
	for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
		if (prctl(PR_CAPBSET_DROP, c, 0, 0, 0) < 0)
			setup_failed(errno, "cannot drop capabilities");
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct keep[2] = {{0, 0, 0}, {0, 0, 0}};
	keep[0].effective = keep[0].permitted = 1U << CAP_SYS_PTRACE;
	if (syscall(SYS_capset, &head, keep) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		setup_failed(errno, "cannot drop capabilities");
}

static void set_up(struct init *s)
{
	const struct sandbox_init *a = s->a;
	sigset_t child;
	/* Whoever started us may have died before this: then the first report fails. */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	arrange_descriptors(a);
	reset_signals();
	if (!a->plan->interactive)
		setsid();
	umask(0);
	set_up_namespaces(a);
	if (!a->plan->interactive && open("/dev/null", O_RDWR) != STDIN_FILENO)
		setup_failed(errno, "cannot open /dev/null");
	if (a->plan->vary.cpus > 0)
		limit_cpus(a->plan->vary.cpus);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	s->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	s->watch.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->signals < 0 || s->watch.proc < 0)
		setup_failed(errno, "cannot prepare");
	s->listener.plan = a->plan;
	s->listener.proc = s->watch.proc;
	s->listener.listing = a->plan->vary.listing ? sandbox_listing_new() : NULL;
	if (a->plan->vary.listing && !s->listener.listing)
		setup_failed(ENOMEM, "cannot prepare");
	s->listener.fd = sandbox_filter_install(a->filter);
	if (s->listener.fd < 0)
		setup_failed(-s->listener.fd, "cannot install the seccomp filter");
	drop_rights();
	struct rusage self;
	getrusage(RUSAGE_SELF, &self);
	s->base_rss = (uint64_t)self.ru_maxrss * 1024;
	s->report.kind = SANDBOX_REPORT_READY;
	send_report(&s->report);
}

static void end(struct init *s, enum sandbox_end how, int status)
{
	if (s->ended)
		return;
	s->ended = true;
	s->report.end = how;
	s->report.status = status;
}

/* Reaps what has died. Returns whether a child is left. */
static bool reap(struct init *s)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (WIFSTOPPED(status)) {
			sandbox_traced(s->a->plan, pid, status);
		} else if (pid == s->step) {
			s->step = 0;
			s->step_status = status;
		}
	return pid == 0;
}

static void look(struct init *s)
{
	const struct sandbox_limits *l = &s->a->plan->limits;
	int64_t start = sys_monotonic_ns();
	enum sandbox_end e =
	    sandbox_watch(&s->watch, l, s->report.detail, sizeof s->report.detail);
	if (e != SANDBOX_OK)
		end(s, e, 0);
	int64_t now = sys_monotonic_ns(),
		wait = (s->watch.over ? AGAIN_MS : LOOK_MS) * 1000000LL;
	/* With very many processes, spend at most half of the time on looking. */
	if (wait < now - start)
		wait = now - start;
	s->look_ns = now + wait;
}

/* Waits for the next thing to happen, at most MAX_MS (-1: no bound), and deals with it. */
static void turn(struct init *s, int max_ms)
{
	const struct sandbox_limits *l = &s->a->plan->limits;
	bool watch = l->memory || l->processes;
	int wait = max_ms;
	if (watch) {
		int64_t ms = (s->look_ns - sys_monotonic_ns() + 999999) / 1000000;
		ms = ms < 0 ? 0 : ms;
		wait = wait < 0 || ms < wait ? (int)ms : wait;
	}
	struct pollfd p[] = {{.fd = s->signals, .events = POLLIN},
			     {.fd = s->listener.fd, .events = POLLIN},
			     {.fd = SANDBOX_STATUS_FD}};
	if (poll(p, 3, wait) < 0)
		return;
	if (p[2].revents)
		_exit(1); /* the supervisor is gone */
	if (p[1].revents & POLLIN) {
		char detail[sizeof s->report.detail];
		if (sandbox_notify(&s->listener, detail, sizeof detail)) {
			memcpy(s->report.detail, detail, sizeof detail);
			end(s, SANDBOX_NETWORK, 0);
		}
	}
	if (p[0].revents & POLLIN) {
		struct signalfd_siginfo info[8];
		ssize_t n = read(s->signals, info, sizeof info);
		(void)n; /* how many died is found by waiting */
	}
	if (watch && sys_monotonic_ns() >= s->look_ns)
		look(s);
}

static void judge_step(struct init *s)
{
	int st = s->step_status;
	const struct sandbox_step_failure *failure = &s->a->shared->failure;
	struct sandbox_report *r = &s->report;
	if (failure->err) {
		memcpy(r->detail, failure->detail, sizeof r->detail);
		end(s, SANDBOX_EXEC, failure->err);
	} else if (WIFSIGNALED(st) && WTERMSIG(st) == SIGXFSZ && s->a->plan->limits.output) {
		snprintf(r->detail, sizeof r->detail, "a file grew beyond the output limit");
		end(s, SANDBOX_OUTPUT, 0);
	} else if (WIFSIGNALED(st)) {
		end(s, SANDBOX_SIGNAL, WTERMSIG(st));
	} else if (WEXITSTATUS(st) != 0) {
		end(s, SANDBOX_EXIT, WEXITSTATUS(st));
	}
}

/* After a good step: nothing of it may run on. */
static void check_leftover(struct init *s)
{
	int64_t until = sys_monotonic_ns() + GRACE_MS * 1000000LL;
	bool left;
	while ((left = reap(s)) && !s->ended && sys_monotonic_ns() < until)
		turn(s, GRACE_MS / 10);
	if (!left || s->ended)
		return;
	s->report.detail[0] = '\0';
	sandbox_watch_names(s->watch.proc, s->report.detail, sizeof s->report.detail);
	end(s, SANDBOX_LEFTOVER, 0);
}

static void run_step(struct init *s, size_t i)
{
	struct sandbox_shared *shared = s->a->shared;
	s->report.step = shared->step = i;
	shared->failure.err = 0;
	s->look_ns = sys_monotonic_ns() + FIRST_LOOK_MS * 1000000LL;
	/* Not fork(): that runs handlers, which may wait for locks of threads that are not here. */
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		sandbox_step_exec(s->a, i, &shared->failure);
	if (pid < 0) {
		end(s, SANDBOX_EXEC, errno);
		snprintf(s->report.detail, sizeof s->report.detail, "cannot make a process");
		return;
	}
	s->step = pid;
	while (s->step && !s->ended) {
		turn(s, -1);
		reap(s);
	}
	if (!s->ended)
		judge_step(s);
	if (!s->ended)
		check_leftover(s);
	if (!s->ended && s->a->plan->strict_network &&
	    sandbox_network_reached(s->listener.proc)) {
		snprintf(s->report.detail, sizeof s->report.detail,
			 "something was sent to an address outside");
		end(s, SANDBOX_NETWORK, 0);
	}
}

/* Adds what the steps used up, and checks the largest process against the memory limit. */
static void account(struct init *s)
{
	struct sandbox_report *r = &s->report;
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	r->user_ns =
	    (uint64_t)u.ru_utime.tv_sec * 1000000000 + (uint64_t)u.ru_utime.tv_usec * 1000;
	r->sys_ns =
	    (uint64_t)u.ru_stime.tv_sec * 1000000000 + (uint64_t)u.ru_stime.tv_usec * 1000;
	/* The kernel counts what a step was before its exec, a copy of this process. */
	uint64_t rss = (uint64_t)u.ru_maxrss * 1024;
	r->max_rss = rss > s->base_rss + (1 << 20) ? rss : s->watch.max_rss;
	uint64_t limit = s->a->plan->limits.memory;
	if (limit && r->max_rss > limit &&
	    (r->end == SANDBOX_OK || r->end == SANDBOX_EXIT || r->end == SANDBOX_SIGNAL)) {
		r->end = SANDBOX_MEMORY;
		r->status = 0;
		snprintf(r->detail, sizeof r->detail,
			 "one process had %llu MiB, the limit is %llu MiB",
			 (unsigned long long)r->max_rss >> 20, (unsigned long long)limit >> 20);
	}
}

_Noreturn void sandbox_init_main(const struct sandbox_init *a)
{
	struct init s = {.a = a, .watch = {.proc = -1}};
	set_up(&s);
	for (size_t i = 0; i < a->plan->nsteps && !s.ended; i++)
		run_step(&s, i);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	s.report.kind = SANDBOX_REPORT_END;
	account(&s);
	send_report(&s.report);
	_exit(0);
}
