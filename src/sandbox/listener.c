/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * Questions of the filter: uname(2), which is answered here with fixed text, and what other files answer. The kernel's structs may be longer than those of the headers, hence the unions.
 */
enum { ROOM = 512 };

union request {
	struct seccomp_notif q;
	char room[ROOM];
};

union response {
	struct seccomp_notif_resp r;
	char room[ROOM];
};

static void set_field(char field[65], const char *text)
{
	size_t n = strnlen(text, 64);
	memcpy(field, text, n);
}

/* Answers uname(2): the struct is the same for both ABIs. */
static struct answer answer_uname(const struct question *q, const struct sandbox_plan *p)
{
	struct utsname u;
	memset(&u, 0, sizeof u);
	set_field(u.sysname, "Linux");
	set_field(u.nodename, "localhost");
	set_field(u.release, sandbox_plan_release(p));
	set_field(u.version, sandbox_plan_version(p));
	set_field(u.machine, p->machine);
	set_field(u.domainname, "(none)");
	return (struct answer){.error =
				   question_write(q, q->args[0], &u, sizeof u) ? 0 : -EFAULT};
}

static bool makes_process(const struct question *q)
{
	switch (q->i386 ? q->nr | I386 : q->nr) {
	case SYS_clone:
	case SYS_fork:
	case SYS_vfork:
	case I386 | 120:
	case I386 | 2:
	case I386 | 190:
		return true;
	default:
		return false;
	}
}

/* Answers everything but new processes and sockets. Returns false when it is one of these. */
static bool answer_other(struct sandbox_listener *l, const struct question *q,
			 struct answer *ret)
{
	switch (q->i386 ? q->nr | I386 : q->nr) {
	case SYS_uname:
	case I386 | 122:
		*ret = answer_uname(q, l->plan);
		return true;
	case SYS_getdents:
	case SYS_getdents64:
	case I386 | 141:
	case I386 | 220:
		*ret = listing_answer(l->listing, q);
		return true;
	case SYS_flock:
	case SYS_fcntl:
	case I386 | 143:
	case I386 | 55:
	case I386 | 221:
		*ret = locks_answer(l, q);
		return true;
	case SYS_time:
	case SYS_gettimeofday:
	case SYS_clock_gettime:
	case I386 | 13:
	case I386 | 78:
	case I386 | 265:
	case I386 | 403:
		*ret = clock_answer(l->plan, q);
		return true;
	case SYS_futex:
	case SYS_clock_nanosleep:
	case I386 | 240:
	case I386 | 422:
	case I386 | 267:
	case I386 | 407:
		*ret = clock_wait(l->plan, q);
		return true;
	case SYS_execve:
	case SYS_execveat:
	case I386 | 11:
	case I386 | 358:
		*ret = trace_answer(q);
		return true;
	case SYS_sysinfo:
	case I386 | 116:
		*ret = machine_memory(l->plan, q);
		return true;
	case SYS_sched_getaffinity:
	case I386 | 242:
		*ret = machine_processors(l->plan, q);
		return true;
	case SYS_getrlimit:
	case SYS_setrlimit:
	case SYS_prlimit64:
	case I386 | 75:
	case I386 | 76:
	case I386 | 191:
	case I386 | 340:
		*ret = resident_answer(q);
		return true;
	default:
		return false;
	}
}

/* Says in the log, once, that process PID did WHAT. Returns the line's text in DETAIL. */
static void say(struct sandbox_listener *l, pid_t pid, const char *what, char *detail, size_t n)
{
	char comm[17], line[512];
	uint32_t sum = 5381;
	sandbox_watch_comm(l->proc, pid, comm);
	snprintf(detail, n, "%s %s", comm, what);
	for (const char *s = detail; *s; s++)
		sum = sum * 33 + (unsigned char)*s;
	for (size_t i = 0; i < l->nsaid; i++)
		if (l->said[i] == sum)
			return;
	if (l->nsaid == sizeof l->said / sizeof *l->said)
		return;
	l->said[l->nsaid++] = sum;
	int len =
	    snprintf(line, sizeof line, "boot-hurd: %s: a build has no network\n", detail);
	/* The supervisor always takes what is written to the log. */
	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
		l->nsaid--;
}

enum sandbox_end sandbox_notify(struct sandbox_listener *l, char *detail, size_t n)
{
	union request in;
	union response out;
	char what[160];
	memset(&in, 0, sizeof in);
	memset(&out, 0, sizeof out);
	/* Fails when the process was killed meanwhile: nothing to answer then. */
	if (ioctl(l->fd, SECCOMP_IOCTL_NOTIF_RECV, &in) < 0)
		return SANDBOX_OK;
	struct question q = {.listener = l->fd,
			     .id = in.q.id,
			     .pid = (pid_t)in.q.pid,
			     .i386 = in.q.data.arch == AUDIT_ARCH_I386,
			     .nr = in.q.data.nr,
			     .args = (const uint64_t *)in.q.data.args,
			     .proc = l->proc};
	struct answer a = {0};
	enum sandbox_end ret = SANDBOX_OK;
	if (makes_process(&q)) {
		a.go_on = true;
		if (forks_refused(l, detail, n))
			ret = SANDBOX_PROCESSES;
	} else if (!answer_other(l, &q, &a) && network_answer(&q, &a, what, sizeof what)) {
		say(l, q.pid, what, detail, n);
		if (l->plan->strict_network)
			ret = SANDBOX_NETWORK;
	}
	out.r.id = q.id;
	out.r.flags = a.go_on ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
	out.r.error = a.error;
	out.r.val = a.error ? 0 : a.value;
	/* A run that has broken its own rule is ended before the call is. */
	bool sent = ret == SANDBOX_OK && ioctl(l->fd, SECCOMP_IOCTL_NOTIF_SEND, &out) == 0;
	if (l->listing)
		listing_settle(l->listing, sent);
	return ret;
}
