/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"

/* Returns the number in the file PATH, or FALLBACK. */
static long read_number(const char *path, long fallback)
{
	struct buf b = BUF_INIT;
	long n = file_read(path, 64, &b, NULL) == 0 ? strtol(buf_str(&b), NULL, 10) : fallback;
	buf_release(&b);
	return n;
}

/* Says what to do about a machine that does not let us make namespaces. */
static void add_hint(struct fault *f)
{
	if (read_number("/proc/sys/user/max_user_namespaces", 1) == 0)
		fault_hint(
		    f,
		    "user namespaces are off here: sysctl -w user.max_user_namespaces=15000");
	else if (geteuid() != 0 &&
		 read_number("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0)
		fault_hint(f, "user namespaces are for root only here: "
			      "sysctl -w kernel.unprivileged_userns_clone=1");
	else if (geteuid() != 0 &&
		 read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 1)
		fault_hint(f, "AppArmor restricts user namespaces here: "
			      "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
	else if (sandbox_in_chroot())
		fault_hint(f, SANDBOX_CHROOT_WHAT "; " SANDBOX_CHROOT_HINT);
	else
		fault_hint(
		    f, "the sandbox needs Linux 5.12 or newer with user namespaces; inside a "
		       "container, start that with permission to make namespaces, to mount "
		       "and to use seccomp listeners");
}

/* Turns a report of a failed set-up into a fault. */
static int explain_setup(const struct sandbox_report *r, struct fault *f)
{
	/* What a plan names may be missing; all else is the machine's refusal. */
	if (r->status == ENOENT || r->status == ENOMEM || r->status == ENOTDIR)
		return fault_set(f, -r->status, "sandbox: %s:", r->detail);
	fault_set(f, ERR_CONFIG, "sandbox: %s: %s", r->detail, strerror(r->status));
	add_hint(f);
	return ERR_CONFIG;
}

/* Fills A with what depends on who we are. */
static void prepare(const struct sandbox_plan *p, struct sandbox_init *a)
{
	unsigned id = sandbox_plan_user(p);
	a->plan = p;
	a->policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
	snprintf(a->uid_map, sizeof a->uid_map, "%u %u 1", id, (unsigned)geteuid());
	snprintf(a->gid_map, sizeof a->gid_map, "%u %u 1", id, (unsigned)getegid());
	if (p->vary.time_offset_s)
		snprintf(a->timens, sizeof a->timens,
			 "monotonic %" PRId64 " 0\nboottime %" PRId64 " 0\n",
			 p->vary.time_offset_s, p->vary.time_offset_s);
}

/*
 * The supplementary groups of this thread, put off while it makes a child, as only root may: inside,
 * /proc/self/status tells how many there are. By bare calls, which are for this thread alone, unlike libc's.
 */
struct groups {
	gid_t *all; /* malloc'd; NULL: left as they are */
	int n;
};

static int put_off(struct groups *g, struct fault *f)
{
	enum { GROUPS_MAX = 65536 };
	*g = (struct groups){0};
	if (geteuid() != 0)
		return 0;
	g->all = malloc(GROUPS_MAX * sizeof *g->all);
	if (!g->all)
		return fault_set(f, -ENOMEM, "sandbox:");
	g->n = (int)syscall(SYS_getgroups, GROUPS_MAX, g->all);
	/* Root of a user namespace may not. */
	if (g->n < 0 || syscall(SYS_setgroups, 0, NULL) < 0) {
		free(g->all);
		g->all = NULL;
	}
	return 0;
}

static void take_back(struct groups *g)
{
	if (g->all)
		syscall(SYS_setgroups, g->n, g->all);
	free(g->all);
}

/*
 * Makes the child that becomes init, in the control group of the run, if that has one. Returns 0 or a negated
 * errno.
 */
static int make_init(const struct sandbox_init *a, struct sandbox *s)
{
	const unsigned long flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
				    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD;
	sigset_t all, old;
	int pidfd = -1, r = 0;
	/* No handler of ours may run in the child. It sends no signal when it ends. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	struct clone_args into = {.flags = flags | CLONE_INTO_CGROUP,
				  .pidfd = (uintptr_t)&pidfd,
				  .cgroup = (uint64_t)s->group.fd};
	long pid = s->group.fd < 0 ? syscall(SYS_clone, flags, 0, &pidfd, 0, 0)
				   : syscall(SYS_clone3, &into, sizeof into);
	if (pid == 0)
		sandbox_init_main(a);
	if (pid < 0)
		r = -errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r == 0) {
		s->pid = (pid_t)pid;
		s->pidfd = pidfd;
	}
	return r;
}

/*
 * Waits for what init tells next, and takes over the descriptors that come with it. Returns 1 when the
 * root stands, 0 when there is more to come.
 */
static int wait_report(struct sandbox *s, struct fault *f)
{
	struct sandbox_report r;
	struct iovec part = {&r, sizeof r};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(SANDBOX_WATCH_FDS * sizeof(int))];
	} control = {0};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof control.room};
	ssize_t n;
	do
		n = recvmsg(s->status_fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof r)
		return fault_set(f, ERR_CONFIG,
				 "sandbox: its first process died while setting up");
	if (r.kind == SANDBOX_REPORT_SETUP)
		return explain_setup(&r, f);
	if (r.kind == SANDBOX_REPORT_READY)
		return 1;
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fds[SANDBOX_WATCH_FDS];
	if (!c || c->cmsg_len != CMSG_LEN(sizeof fds))
		return fault_set(f, ERR_CONFIG, "sandbox: no descriptors are left");
	memcpy(fds, CMSG_DATA(c), sizeof fds);
	s->watch.proc = fds[0];
	s->watch.tmp = fds[1];
	s->watch.user_ns = fds[2];
	return 0;
}

/* Waits until the root stands. */
static int wait_ready(struct sandbox *s, struct fault *f)
{
	int r;
	do
		r = wait_report(s, f);
	while (r == 0);
	return r < 0 ? r : 0;
}

static int watch_fd(struct sandbox *s, int fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
	return fd < 0 ? 0 : epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e);
}

/* Makes the pipes and the descriptor to poll. The child's ends go to A. 0 or a negated errno. */
static int make_pipes(struct sandbox *s, struct sandbox_init *a)
{
	int status[2], log[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, status) < 0)
		return -errno;
	s->status_fd = status[0];
	a->status_fd = status[1];
	if (!s->plan->interactive) {
		if (pipe2(log, O_CLOEXEC) < 0)
			return -errno;
		s->pipe_fd = log[0];
		a->log_fd = log[1];
		/* Only our end: the other is the steps' standard output. */
		if (fcntl(log[0], F_SETFL, O_NONBLOCK) < 0)
			return -errno;
	}
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return s->epoll_fd < 0 ? -errno : 0;
}

/* Returns whether V needs a filter of its own. */
static bool varies(const struct sandbox_vary *v)
{
	return sandbox_filter_traces(v) || v->listing || v->memory || v->cpus_told;
}

static int begin(struct sandbox *s, struct fault *f)
{
	struct sandbox_init a = {.log_fd = -1, .status_fd = -1};
	struct sandbox_filter varied = {0};
	a.filter = varies(&s->plan->vary) ? &varied : sandbox_filter();
	if (!a.filter || (a.filter == &varied && !sandbox_filter_make(&s->plan->vary, &varied)))
		return fault_set(f, ERR_CONFIG,
				 "sandbox: only x86_64 processors are supported");
	prepare(s->plan, &a);
	int r = make_pipes(s, &a);
	void *shared = mmap(NULL, sizeof *s->shared, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared != MAP_FAILED)
		s->shared = a.shared = shared;
	else if (r == 0)
		r = -ENOMEM;
	if (r < 0)
		fault_set(f, r, "sandbox: cannot make pipes:");
	struct groups groups = {0};
	if (r == 0)
		r = put_off(&groups, f);
	if (r == 0) {
		s->start_ns = s->log_ns = s->size_ns = sys_monotonic_ns();
		cgroup_start(&s->group, &s->plan->limits);
		int err = make_init(&a, s);
		if (err < 0 && s->group.fd >= 0) {
			/* Not there, then. */
			cgroup_stop(&s->group);
			err = make_init(&a, s);
		}
		if (err < 0) {
			r = fault_set(f, ERR_CONFIG, "sandbox: cannot make namespaces: %s",
				      strerror(-err));
			add_hint(f);
		}
	}
	take_back(&groups);
	file_close_fd(&a.log_fd);
	file_close_fd(&a.status_fd);
	if (r == 0)
		r = wait_ready(s, f);
	if (r == 0)
		sandbox_limits_start(s);
	if (r == 0 && (watch_fd(s, s->pipe_fd) < 0 || watch_fd(s, s->pidfd) < 0))
		r = fault_set(f, -errno, "sandbox: cannot watch:");
	return r;
}

int sandbox_start(const struct sandbox_plan *p, int log_fd, struct sandbox **ret,
		  struct fault *f)
{
	int r = sandbox_plan_check(p, f);
	if (r == 0)
		r = sandbox_limits_check(&p->limits, f);
	if (r < 0)
		return r;
	struct sandbox *s = malloc(sizeof *s);
	if (!s)
		return fault_set(f, -ENOMEM, "sandbox:");
	*s = (struct sandbox){.plan = p,
			      .log_fd = log_fd,
			      .pipe_fd = -1,
			      .status_fd = -1,
			      .epoll_fd = -1,
			      .pidfd = -1,
			      .group = CGROUP_INIT,
			      .watch = {.proc = -1, .tmp = -1, .user_ns = -1}};
	if (p->interactive)
		sandbox_terminal_save(s);
	r = begin(s, f);
	if (r < 0)
		sandbox_free(s);
	else
		*ret = s;
	return r;
}

int sandbox_run(const struct sandbox_plan *p, int log_fd, struct sandbox_result *ret,
		struct fault *f)
{
	struct sandbox *s = NULL;
	int r = sandbox_start(p, log_fd, &s, f);
	while (r == 0) {
		struct pollfd fd = {.fd = sandbox_fd(s), .events = POLLIN};
		if (poll(&fd, 1, sandbox_timeout_ms(s)) < 0 && errno != EINTR)
			r = fault_set(f, -errno, "cannot wait for the sandbox:");
		else
			r = sandbox_pump(s, ret, f);
	}
	sandbox_free(s);
	return r < 0 ? r : 0;
}

bool sandbox_can_shift_clocks(void)
{
	/* Yama can forbid tracing altogether (3), which hiding the vDSO needs. */
	return access("/proc/self/ns/time_for_children", F_OK) == 0 &&
	       read_number("/proc/sys/kernel/yama/ptrace_scope", 0) < 3;
}
