/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

/*
 * What the kernel hands from parent to child and a step can see: the same for every build, whatever the
 * caller had. Where only root can go back, the value is one that everybody can reach: the resource limits
 * are low enough for any host, a host that is below them is refused, and a step is the first that the
 * kernel kills when memory runs out. Only how urgent a build is stays what the caller wants: nice, and
 * the policies "batch" and "idle", which the filter hides.
 *
 * None of them depends on the limits of the plan but RLIMIT_NPROC: those are watched from outside.
 */
enum {
	TIMER_SLACK_NS = 50000,
	PROCESSES_MIN = LIMIT_BUILD_PROCESSES, /* RLIMIT_NPROC is for at least that many */
	PROCESSES_ROOM = LIMIT_SEEN_PROCESSES -
			 LIMIT_BUILD_PROCESSES, /* and that many more: watching speaks first */
};

/* Newer than some headers. */
enum { GET_MDWE = 66, SET_MEMORY_MERGE = 67 };

struct fixed_limit {
	int what;
	const char *name, *ulimit; /* for people; what the shell's ulimit calls it, or NULL */
	rlim_t value;
};

static const struct fixed_limit LIMITS[] = {
    {RLIMIT_CPU, "CPU time", "t", RLIM_INFINITY},
    {RLIMIT_FSIZE, "file size", "f", RLIM_INFINITY},
    {RLIMIT_DATA, "data segment", "d", RLIM_INFINITY},
    {RLIMIT_STACK, "stack", "s", LIMIT_SEEN_STACK},
    /* One byte: no file, and unlike 0 it also keeps a core handler of the host out. */
    {RLIMIT_CORE, "core file", "c", 1},
    {RLIMIT_RSS, "resident memory", "m", RLIM_INFINITY},
    {RLIMIT_NPROC, "processes", "u", PROCESSES_MIN + PROCESSES_ROOM},
    {RLIMIT_NOFILE, "open files", "n", LIMIT_SEEN_FILES},
    {RLIMIT_MEMLOCK, "locked memory", "l", LIMIT_SEEN_LOCKED},
    {RLIMIT_AS, "address space", "v", RLIM_INFINITY},
    {RLIMIT_LOCKS, "file locks", "x", RLIM_INFINITY},
    {RLIMIT_SIGPENDING, "pending signals", "i", LIMIT_SEEN_SIGNALS},
    {RLIMIT_MSGQUEUE, "message queues", "q", LIMIT_SEEN_QUEUES},
    {RLIMIT_NICE, "nice", "e", 0},
    {RLIMIT_RTPRIO, "real-time priority", "r", 0},
    {RLIMIT_RTTIME, "real-time CPU time", "R", RLIM_INFINITY},
};

static rlim_t value_of(const struct fixed_limit *l, const struct sandbox_limits *plan)
{
	if (l->what == RLIMIT_NPROC && plan->processes > PROCESSES_MIN)
		return plan->processes + PROCESSES_ROOM;
	return l->value;
}

/* Raises the hard limit L of this process to at least VALUE; only root needs it, and only root may. */
static int raise_limit(const struct fixed_limit *l, rlim_t value, struct fault *f)
{
	struct rlimit now;
	if (getrlimit((__rlimit_resource_t)l->what, &now) < 0)
		return fault_set(f, -errno,
				 "sandbox: cannot ask for the limit of %s:", l->name);
	if (now.rlim_max >= value)
		return 0;
	rlim_t was = now.rlim_max;
	now.rlim_max = value;
	if (setrlimit((__rlimit_resource_t)l->what, &now) == 0)
		return 0;
	/* Nobody is held to it, and steps are told that there is none: resident.c. */
	if (l->what == RLIMIT_RSS)
		return 0;
	char least[32] = "unlimited";
	if (value != RLIM_INFINITY)
		snprintf(least, sizeof least, "%" PRIu64, (uint64_t)value);
	fault_set(f, ERR_CONFIG,
		  "sandbox: the hard limit of %s is %" PRIu64
		  " here, and builds get %s everywhere",
		  l->name, (uint64_t)was, least);
	fault_hint(f,
		   "raise it for this user, in /etc/security/limits.conf or the unit "
		   "(\"ulimit -H%s\" shows it)",
		   l->ulimit);
	return ERR_CONFIG;
}

int sandbox_limits_check(const struct sandbox_limits *plan, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof LIMITS / sizeof *LIMITS; i++)
		r = raise_limit(&LIMITS[i], value_of(&LIMITS[i], plan), f);
	if (r == 0 && prctl(GET_MDWE, 0, 0, 0, 0) > 0) {
		fault_set(
		    f, ERR_CONFIG,
		    "sandbox: memory that is written to cannot be executed here, for good "
		    "(PR_SET_MDWE)");
		fault_hint(f, "start boot-hurd without that: MemoryDenyWriteExecute=no");
		r = ERR_CONFIG;
	}
	return r;
}

int sandbox_host_check(struct fault *f)
{
	return sandbox_limits_check(&(struct sandbox_limits){0}, f);
}

/* Sets L to V in a process that is going to be a step, or, when not even root can, to what can be set. */
static int set_limit(const struct fixed_limit *l, rlim_t v)
{
	struct rlimit now;
	/* Past the filter: whoever answers it cannot look into this process yet. */
	if (syscall(SYS_prlimit64, 0, l->what, NULL, &now, 0, SANDBOX_OWN) < 0)
		return -errno;
	if (l->what == RLIMIT_RSS && now.rlim_max < v)
		v = now.rlim_max;
	now = (struct rlimit){v, v};
	return syscall(SYS_prlimit64, 0, l->what, &now, NULL, 0, SANDBOX_OWN) < 0 ? -errno : 0;
}

int sandbox_limits_set(const struct sandbox_limits *plan)
{
	for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
		int r = set_limit(&LIMITS[i], value_of(&LIMITS[i], plan));
		if (r < 0)
			return r;
	}
	return 0;
}

/* struct sched_attr of the kernel, in its second version. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

int sandbox_priority_set(int policy)
{
	enum { CLAMPS = 0x20 | 0x40 };
	bool mild = policy == SCHED_BATCH || policy == SCHED_IDLE;
	struct attributes a = {.size = sizeof a,
			       .policy = mild ? (uint32_t)policy : SCHED_OTHER,
			       .flags = CLAMPS,
			       .nice = getpriority(PRIO_PROCESS, 0),
			       .util_min = UINT32_MAX, /* back to the default */
			       .util_max = UINT32_MAX};
	if (syscall(SYS_sched_setattr, 0, &a, 0) < 0) {
		/* A kernel without clamps. */
		a.flags = 0;
		a.util_min = a.util_max = 0;
		if (syscall(SYS_sched_setattr, 0, &a, 0) < 0)
			return -errno;
	}
	/* The slack of timers goes with the policy. */
	return prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0) < 0 ? -errno : 0;
}

int sandbox_attributes_set(void)
{
	/* Kernels that lack one of the latter two have nothing to undo. */
	prctl(SET_MEMORY_MERGE, 0, 0, 0, 0);
	prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0);
	if (prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0) < 0 ||
	    prctl(PR_SET_NAME, "init", 0, 0, 0) < 0)
		return -errno;
	return 0;
}
