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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"

enum {
	GRACE_MS = 200, /* for processes that are just ending when their step has ended */
};

struct init {
	const struct sandbox_init *a;
	struct sandbox_report report;
	int proc;          /* descriptor of /proc */
	uint64_t base_rss; /* bytes this process, and so each step before its exec, occupies */
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

/* Hands over what is needed to watch from outside. Not once the filter stands: that asks about sendmsg. */
static void send_descriptors(const int fds[SANDBOX_WATCH_FDS])
{
	struct sandbox_report r = {.kind = SANDBOX_REPORT_WATCH};
	struct iovec part = {&r, sizeof r};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(SANDBOX_WATCH_FDS * sizeof(int))];
	} control = {0};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof control.room};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(SANDBOX_WATCH_FDS * sizeof(int));
	memcpy(CMSG_DATA(c), fds, SANDBOX_WATCH_FDS * sizeof(int));
	if (sendmsg(SANDBOX_STATUS_FD, &m, MSG_NOSIGNAL) != (ssize_t)sizeof r)
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

/* Writes TEXT to the file NAME in the folder open as DIR. */
static void write_at(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		setup_failed(errno, name);
	close(fd);
}

/*
 * Moves into a second user namespace, in which nothing is mapped but the user inside to himself, so that
 * no file tells which user that is outside. SELF is /proc/self of the host.
 */
static void nest(int self, unsigned id)
{
	char map[32];
	if (unshare(CLONE_NEWUSER) < 0)
		setup_failed(errno, "cannot make a second user namespace");
	snprintf(map, sizeof map, "%u %u 1", id, id);
	write_at(self, "setgroups", "deny");
	write_at(self, "uid_map", map);
	write_at(self, "gid_map", map);
}

/*
 * Hides where the mounts come from: /proc/self/mountinfo and the like list the mounts of the mount
 * namespace below the root of the process. So the process goes to another namespace, a copy, but keeps its
 * root in the first one; then none of those listed is below its root. The first one must be held.
 */
static void hide_mounts(void)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int held = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (root < 0 || held < 0 || unshare(CLONE_NEWNS) < 0 || fchdir(root) < 0 ||
	    chroot(".") < 0)
		setup_failed(errno, "cannot hide the mounts");
	close(root);
}

/* Returns a descriptor of the first user namespace. */
static int set_up_namespaces(const struct sandbox_init *a)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (self < 0)
		setup_failed(errno, "cannot open /proc/self");
	/* Here, so that the group of this run is where it begins: /proc/self/cgroup names none above. */
	if (unshare(CLONE_NEWCGROUP) < 0)
		setup_failed(errno, "cannot make a namespace of control groups");
	write_at(self, "setgroups", "deny");
	write_at(self, "uid_map", a->uid_map);
	write_at(self, "gid_map", a->gid_map);
	/* Everybody may raise the first; a kernel may lack the second. */
	write_at(self, "oom_score_adj", "1000");
	if (faccessat(self, "coredump_filter", F_OK, 0) == 0 || errno != ENOENT)
		write_at(self, "coredump_filter", "0x33");
	if (sethostname("localhost", 9) < 0 || setdomainname("(none)", 6) < 0)
		setup_failed(errno, "cannot set the host name");
	int up = sandbox_network_up();
	if (up < 0)
		setup_failed(-up, "cannot bring loopback up");
	if (a->timens[0]) {
		if (unshare(CLONE_NEWTIME) < 0)
			setup_failed(errno, "cannot make a time namespace");
		write_at(self, "timens_offsets", a->timens);
	}
	struct sandbox_report r = {.kind = SANDBOX_REPORT_SETUP};
	int err = sandbox_mounts(a->plan, r.detail, sizeof r.detail);
	if (err < 0) {
		r.status = -err;
		send_report(&r);
		_exit(1);
	}
	int user_ns = openat(self, "ns/user", O_RDONLY | O_CLOEXEC);
	if (user_ns < 0)
		setup_failed(errno, "cannot open the user namespace");
	nest(self, sandbox_plan_user(a->plan));
	close(self);
	hide_mounts();
	return user_ns;
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
	if (sandbox_attributes_set() < 0)
		setup_failed(errno, "cannot reset attributes of the process");
	int user_ns = set_up_namespaces(a);
	if (!a->plan->interactive && open("/dev/null", O_RDWR) != STDIN_FILENO)
		setup_failed(errno, "cannot open /dev/null");
	if (a->plan->vary.cpus > 0)
		limit_cpus(a->plan->vary.cpus);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	s->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	s->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->signals < 0 || s->proc < 0)
		setup_failed(errno, "cannot prepare");
	int fds[SANDBOX_WATCH_FDS] = {s->proc, open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC),
				      user_ns};
	send_descriptors(fds);
	close(fds[1]);
	close(user_ns);
	s->listener.plan = a->plan;
	int locks = locks_prepare(&s->listener, a->plan->output);
	if (locks < 0)
		setup_failed(-locks, "cannot tell mounts apart");
	s->listener.proc = s->proc;
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

/* Waits for the next thing to happen, at most MAX_MS (-1: no bound), and deals with it. */
static void turn(struct init *s, int max_ms)
{
	struct pollfd p[] = {{.fd = s->signals, .events = POLLIN},
			     {.fd = s->listener.fd, .events = POLLIN},
			     {.fd = SANDBOX_STATUS_FD}};
	if (poll(p, 3, max_ms) < 0)
		return;
	if (p[2].revents)
		_exit(1); /* the supervisor is gone */
	if (p[1].revents & POLLIN) {
		char detail[sizeof s->report.detail];
		enum sandbox_end how = sandbox_notify(&s->listener, detail, sizeof detail);
		if (how != SANDBOX_OK && !s->ended) {
			memcpy(s->report.detail, detail, sizeof detail);
			end(s, how, 0);
		}
	}
	if (p[0].revents & POLLIN) {
		struct signalfd_siginfo info[8];
		ssize_t n = read(s->signals, info, sizeof info);
		(void)n; /* how many died is found by waiting */
	}
}

static void judge_step(struct init *s)
{
	int st = s->step_status;
	const struct sandbox_step_failure *failure = &s->a->shared->failure;
	struct sandbox_report *r = &s->report;
	if (failure->err) {
		memcpy(r->detail, failure->detail, sizeof r->detail);
		end(s, SANDBOX_EXEC, failure->err);
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
	sandbox_watch_names(s->proc, s->report.detail, sizeof s->report.detail);
	end(s, SANDBOX_LEFTOVER, 0);
}

static void run_step(struct init *s, size_t i)
{
	struct sandbox_shared *shared = s->a->shared;
	s->report.step = shared->step = i;
	shared->failure.err = 0;
	/*
	 * Not fork(): that runs handlers, which may wait for locks of threads that are not here. The kernel
	 * ignores the sixth argument; the filter, which asks us about all others, does not.
	 */
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, s->a->filter->secret);
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
	int reached = !s->ended && s->a->plan->strict_network
			  ? sandbox_network_reached(s->listener.proc)
			  : 0;
	if (reached)
		end(s, SANDBOX_NETWORK, 0);
	if (reached < 0) /* what cannot be told did not happen for sure */
		snprintf(s->report.detail, sizeof s->report.detail,
			 "whether anything was sent to an address outside cannot be told: %s",
			 strerrordesc_np(-reached));
	else if (reached)
		snprintf(s->report.detail, sizeof s->report.detail,
			 "something was sent to an address outside");
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
	r->max_rss = rss > s->base_rss + (1 << 20) ? rss : 0;
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
	struct init s = {.a = a, .proc = -1};
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
