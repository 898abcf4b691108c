/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_INTERNAL_H
#define SANDBOX_INTERNAL_H

#include <linux/filter.h>

#include "sandbox/sandbox.h"

/*
 * How a run is made of processes:
 *
 *   supervisor   the caller's own process: sandbox_start, _pump, _kill. Moves the log, and enforces
 *                all limits: it is outside, where no step can reach. (start.c, supervise.c, watch.c,
 *                usage.c)
 *   init         one child of it, process 1 of the new namespaces. Makes the root, installs the
 *                seccomp filter, starts each step, adopts and reaps orphans, answers what the
 *                filter asks. (init.c, mounts.c, listener.c)
 *   step         a child of init; becomes the step's program. (step.c)
 *
 * Init is cloned from a process that may have threads, and never calls exec: it must not allocate
 * memory, take locks or use stdio streams. Everything it needs is prepared before the clone. It
 * tells the supervisor through a socket: how to watch, that the root stands (or why not), and how the
 * steps ended. When init dies, the kernel kills everything inside; it dies when the thread that
 * started it does, however that ends.
 */

/* Where init keeps its end of the status socket; 0 to 2 are standard input, output and error. */
enum { SANDBOX_STATUS_FD = 3 };

enum sandbox_report_kind {
	SANDBOX_REPORT_WATCH, /* comes with the descriptors proc, tmp, user_ns of sandbox_watch */
	SANDBOX_REPORT_READY, /* the root stands, the first step starts */
	SANDBOX_REPORT_SETUP, /* the sandbox could not be set up: status, detail */
	SANDBOX_REPORT_END,   /* the steps have ended */
};

enum { SANDBOX_WATCH_FDS = 3 };

/* What init sends, each whole. */

struct sandbox_report {
	enum sandbox_report_kind kind;
	enum sandbox_end end;
	int status;               /* SETUP: a positive errno; END: see struct sandbox_result */
	size_t step;              /* see struct sandbox_result */
	uint64_t user_ns, sys_ns; /* of the steps */
	uint64_t max_rss;         /* bytes, of the largest process */
	char detail[256];         /* SETUP: what was tried; END: see struct sandbox_result */
};

/* A seccomp program. */
struct sandbox_filter {
	struct sock_filter code[1400];
	unsigned short n; /* instructions in use */
	bool overflow;    /* code did not suffice: n is then meaningless */
	uint64_t secret;  /* sixth argument of clone(2) by init; nobody inside can know it */
};

/* Why a step could not be started. */
struct sandbox_step_failure {
	int err;          /* positive errno; 0 = the program was started */
	char detail[256]; /* what was tried */
};

/* Memory that supervisor, init and a step before its exec share. */
struct sandbox_shared {
	size_t step; /* index of the one that runs: for when init cannot tell any more */
	struct sandbox_step_failure failure;
};

/* What init gets from the supervisor. */
struct sandbox_init {
	const struct sandbox_plan *plan;
	int policy; /* the caller's scheduling policy: inside, the filter hides it */
	struct sandbox_shared *shared;
	const struct sandbox_filter *filter;
	char uid_map[64], gid_map[64]; /* lines for /proc/self/uid_map and gid_map */
	char timens[96];               /* text for /proc/self/timens_offsets, or empty */
	int log_fd;    /* end of the log pipe to write to; -1 when interactive */
	int status_fd; /* end of the status socket to write to */
};

/* plan.c: refuses a plan that cannot be carried out as written (ERR_USAGE). */
int sandbox_plan_check(const struct sandbox_plan *p, struct fault *f);
/* Returns what uname -v says inside. */
const char *sandbox_plan_version(const struct sandbox_plan *p);

/*
 * seccomp.c: returns the filter of runs that vary nothing that it has a part in, made on first use and
 * constant from then on, or NULL when this processor is not supported.
 */
const struct sandbox_filter *sandbox_filter(void);
/* Makes the filter of runs that vary V. Returns whether that is possible. */
bool sandbox_filter_make(const struct sandbox_vary *v, struct sandbox_filter *ret);
/* Returns whether V has init trace programs as they start. Then steps lose ptrace(2) by a filter of
 * their own. */
bool sandbox_filter_traces(const struct sandbox_vary *v);
int sandbox_filter_no_trace(void);
/* Installs F on this process. Returns the descriptor of its listener, or a negated errno. */
int sandbox_filter_install(const struct sandbox_filter *f);

/*
 * mounts.c: makes the root of P from nothing and moves into it. 0, or a negated errno, and DETAIL
 * says what was tried.
 */
int sandbox_mounts(const struct sandbox_plan *p, char *detail, size_t ndetail);

/* init.c: process 1. Never returns. */
_Noreturn void sandbox_init_main(const struct sandbox_init *a);

/*
 * limits.c: refuses a host whose hard limits are below those of a build, or that has set what cannot be
 * undone (ERR_CONFIG, with a hint). As root, raises the hard limits of this process instead.
 */
int sandbox_limits_check(const struct sandbox_limits *plan, struct fault *f);
/*
 * Set the resource limits of a step, or its priority and scheduling: POLICY, the caller's, where that is
 * batch or idle. 0 or a negated errno.
 */
int sandbox_limits_set(const struct sandbox_limits *plan);
int sandbox_priority_set(int policy);
/* Sets what else processes inherit, of init. 0 or a negated errno. */
int sandbox_attributes_set(void);

/* step.c: turns this process, a child of init, into step I of P. On failure FAILURE says why. */
_Noreturn void sandbox_step_exec(const struct sandbox_init *a, size_t i,
				 struct sandbox_step_failure *failure);

/*
 * Sixth argument, which the kernel ignores, of calls that init makes itself while its filter asks
 * about them: asked by its own listener, it would wait for ever. A build that passes it as well gets
 * the plain answer.
 */
enum { SANDBOX_OWN = 0x626f6f74 };

struct sandbox_listing;

enum { SANDBOX_OWN_MOUNTS = 3 };

/* What answers the filter of one run. */
struct sandbox_listener {
	const struct sandbox_plan *plan;
	struct sandbox_listing *listing;  /* with vary.listing */
	int fd;                           /* of the filter's listener */
	int proc;                         /* descriptor of /proc */
	uint64_t own[SANDBOX_OWN_MOUNTS]; /* ids of the mounts whose files a build may lock */
	uint32_t said[64];                /* sums of the lines that are in the log already */
	size_t nsaid;
	uint64_t forks_left; /* so many may be made before they are counted again */
};

/*
 * listener.c: answers one question of the filter. Who reaches for the network is named in the log.
 * Returns SANDBOX_OK, or what ends the run: SANDBOX_NETWORK when the plan does not stand for that,
 * SANDBOX_PROCESSES; then DETAIL says who did what.
 */
enum sandbox_end sandbox_notify(struct sandbox_listener *l, char *detail, size_t ndetail);

/* locks.c: finds the mounts whose files a build may lock. 0 or a negated errno. */
int locks_prepare(struct sandbox_listener *l, const char *output);

/* listing.c: makes what keeps listings, or returns NULL. It is never freed: init ends. */
struct sandbox_listing *sandbox_listing_new(void);

/*
 * trace.c: process PID, which is traced, has stopped with STATUS: if it has become another program,
 * what the kernel told it is changed as P varies it. It is let go.
 */
void sandbox_traced(const struct sandbox_plan *p, pid_t pid, int status);

/* network.c: brings loopback up. 0 or a negated errno. */
int sandbox_network_up(void);
/*
 * network.c: returns whether anything was sent to an address outside, or a negated errno: the counters
 * cannot be read. PROC: a descriptor of /proc.
 */
int sandbox_network_reached(int proc);

/* What is watched by looking now and then, from outside. */
struct sandbox_watch {
	int proc;         /* descriptor of /proc inside */
	int tmp;          /* of /tmp inside */
	int user_ns;      /* of the first user namespace, that of the root; -1 = none */
	uint64_t max_rss; /* bytes, the largest process ever seen */
	bool over;        /* memory was over the limit at the last look */
};

/* watch.c: closes what W holds. */
void sandbox_watch_close(struct sandbox_watch *w);
/*
 * Looks at all processes inside. Returns SANDBOX_OK, SANDBOX_MEMORY or SANDBOX_PROCESSES; DETAIL says
 * more. A first excess of memory only sets w->over: look again after a moment.
 */
enum sandbox_end sandbox_watch(struct sandbox_watch *w, const struct sandbox_limits *limits,
			       char *detail, size_t ndetail);
/*
 * Returns how many threads all processes but init have; stops counting when there are more than ENOUGH (0: never).
 * UINT64_MAX when they cannot be counted.
 */
uint64_t sandbox_watch_tasks(int proc, uint64_t enough);
/* Says in DETAIL what the limit of processes is, and names some of them. */
void sandbox_watch_explain_tasks(int proc, uint64_t limit, char *detail, size_t ndetail);
/*
 * Reads the file PATH below PROC as text. Returns its length, 0 when it is gone or cannot be read: errno then
 * tells which, ENOENT or ESRCH being the former.
 */
size_t sandbox_watch_read(int proc, const char *path, char *ret, size_t n);
/* Adds the names of at most three processes other than init to DETAIL, joined by commas. */
void sandbox_watch_names(int proc, char *detail, size_t ndetail);
/* Puts the name of process PID (TASK_COMM), "?" when it is gone, in RET. */
void sandbox_watch_comm(int proc, int pid, char ret[17]);

#endif
