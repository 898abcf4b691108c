/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The sandbox: first a plan, which is plain data that can be printed and compared, then a run that
 * carries it out with user, mount, pid, net, ipc, uts, cgroup and (on request) time namespaces, a
 * seccomp filter and resource limits. Needs no root. It knows nothing of recipes or stores.
 *
 * Inside stand: the inputs at their binds, the build folder at /build, the output (only these two
 * and /tmp are writable), a private /tmp, /proc with nothing but the processes inside, read-only,
 * /dev/{null,zero,full}, nothing else.
 *
 * Fixed, whatever the host: user and group (no supplementary groups), host name, umask, uname(2)
 * entirely, personality and address randomisation, environment, signal dispositions, limits of
 * stack (8 MiB), descriptors and core files, and that there is no network but loopback (IPv4, IPv6,
 * Unix sockets; no other family) and no set-id bit or extended attribute on a file. Not fixed, because no cheap way exists: the processor (cpuid,
 * auxiliary vector), the number of processors (see vary.cpus), memory size and uptime in
 * sysinfo(2), the file system under /build, the wall clock.
 */

/* A host path made visible read-only. */
struct sandbox_bind {
	const char *host;   /* absolute path outside */
	const char *inside; /* absolute path inside */
};

/* One command. */
struct sandbox_step {
	const char *const *argv; /* ends in NULL; argv[0] without '/' is looked up in PATH */
	const char *dir;         /* absolute path inside */
	const char *in;          /* absolute path inside of standard input, NULL = /dev/null */
	const char *out;         /* absolute path inside for standard output, NULL = log */
	const char *const *env;  /* "NAME=VALUE", all of them, ends in NULL */
};

/* What can be varied on purpose; the zero value is the fixed environment of the design. */
struct sandbox_vary {
	bool aslr;               /* leave address randomisation on */
	int cpus;                /* processors visible; 0 = all that this process has */
	const char *kernel_name; /* for uname -r; -v differs as well; NULL = as fixed */
	mode_t umask;            /* at most 077; 0 = 022 */
	unsigned user;           /* uid and gid inside; 0 = 1000 */
	int64_t time_offset_s;   /* added to monotonic and boot clocks, not the wall clock */
	int64_t wall_offset_s;   /* added to the wall clock */
	int cpus_told;           /* what sched_getaffinity tells, at most 64; 0 = the truth */
	bool listing;            /* folders list in reverse, whatever the file system */
	bool memory;             /* sysinfo tells less memory, and no swap */
	bool processor; /* the auxiliary vector tells other features of the processor */
	bool ids; /* odd device numbers, else even ones, where these are the kernel's choice */
};

/*
 * What a run may use up. Where a control group is delegated to this process (cgroup.h), the kernel holds memory
 * and processes to it. Everywhere it is also watched from outside: memory by looking at all processes every 50 ms, processes also before each is made, whoever gets the processor (forks.c), folders by walking
 * them every second (or less often, when that takes long); so a limit may be exceeded for a moment before the
 * run is ended. What cannot be measured is over its limit. Memory is what processes have mapped and what is in /tmp; what only the kernel knows of
 * (pages of a mapping that are in no process, pipes, sockets) is seen by a control group alone.
 */
struct sandbox_limits {
	uint64_t time_s, silence_s; /* seconds; 0 = none */
	uint64_t memory;            /* bytes, of all processes and /tmp together; 0 = none */
	uint64_t processes;         /* threads count; 0 = none */
	uint64_t output;            /* bytes on disk below OUTPUT; 0 = none */
	uint64_t build;             /* bytes on disk below /build; 0 = none */
	uint64_t log;               /* bytes, 0 = none */
};

struct sandbox_plan {
	const struct sandbox_bind *binds; /* read-only inputs, in any order */
	size_t nbinds;
	const char *build_host;   /* folder outside that is /build inside, writable */
	const char *output_host;  /* folder or file outside that is OUTPUT inside, writable */
	const char *output;       /* absolute path inside, below /opt/boot-hurd */
	const char *scratch_host; /* folder outside where the run makes its root; stays empty */
	const char *machine; /* uname -m inside: "i686" (linux32 personality) or "x86_64" */
	const struct sandbox_step *steps;
	size_t nsteps;
	struct sandbox_limits limits;
	struct sandbox_vary vary;
	bool strict_network; /* end the run when it reaches for an address outside */
	bool interactive;    /* keep the caller's terminal (boot-hurd shell); no log */
};

/* How a run ended. */
enum sandbox_end {
	SANDBOX_OK,        /* every step exited 0 and no process was left */
	SANDBOX_EXIT,      /* a step exited with STATUS */
	SANDBOX_SIGNAL,    /* a step was killed by signal STATUS */
	SANDBOX_EXEC,      /* a step could not be started; STATUS is the errno */
	SANDBOX_TIME,      /* over the wall-time limit */
	SANDBOX_SILENCE,   /* no output for too long */
	SANDBOX_MEMORY,    /* over the memory limit */
	SANDBOX_OUTPUT,    /* over the output size limit */
	SANDBOX_LOG,       /* over the log size limit */
	SANDBOX_LEFTOVER,  /* a step succeeded but left a process running */
	SANDBOX_NETWORK,   /* strict_network: a step reached for an address outside */
	SANDBOX_CANCELLED, /* sandbox_kill was called */
	SANDBOX_PROCESSES, /* over the limit of processes */
	SANDBOX_BUILD,     /* over the size limit of the build folder */
};

struct sandbox_result {
	enum sandbox_end end;
	int status;                        /* exit status, signal or errno, see end */
	size_t step;                       /* index of the step that ended it */
	uint64_t wall_ns, user_ns, sys_ns; /* of the whole run */
	uint64_t max_rss; /* bytes, of the largest process; 0 = small and brief */
	char detail[256]; /* more words, or empty */
};

/*
 * Adds a text of the plan, one fact a line, sorted where order does not matter, to RET. A folder outside that is
 * NULL is "new".
 */
void sandbox_plan_print(const struct sandbox_plan *p, struct buf *ret);

/* What a run tells inside: the user and group, umask(2), and the release of uname(2). */
unsigned sandbox_plan_user(const struct sandbox_plan *p);
mode_t sandbox_plan_umask(const struct sandbox_plan *p);
const char *sandbox_plan_release(const struct sandbox_plan *p);

/* A run under way. Opaque. */
struct sandbox;

/*
 * Starts carrying out P. LOG_FD (borrowed; -1 when interactive) takes the merged output of all
 * steps. P and what it points to must stay until sandbox_free. ERR_CONFIG with a hint when the
 * machine does not allow it (user namespaces off, …). The run is killed when the calling thread ends,
 * and with it, so when the caller dies of any signal.
 */
int sandbox_start(const struct sandbox_plan *p, int log_fd, struct sandbox **ret,
		  struct fault *f);
/*
 * Returns a file descriptor to poll for reading: readable when sandbox_pump has something to do.
 */
int sandbox_fd(const struct sandbox *s);
/* Milliseconds until sandbox_pump must be called even without input, or -1. */
int sandbox_timeout_ms(const struct sandbox *s);
/*
 * Moves output to the log and enforces limits. Returns 1 when the run has ended (RET filled, all
 * processes gone), 0 when it goes on, negative on an error of the machinery (disk full on the log,
 * say), after which the run has been killed.
 */
int sandbox_pump(struct sandbox *s, struct sandbox_result *ret, struct fault *f);
/* Kills everything inside at once; a later pump reports SANDBOX_CANCELLED. */
void sandbox_kill(struct sandbox *s);
/* Returns the index of the step that runs, or ran last. S has been started. */
size_t sandbox_step(const struct sandbox *s);
/* Kills what still runs and frees S (may be NULL). */
void sandbox_free(struct sandbox *s);

/*
 * Refuses a host whose hard limits are below those of a build, or that has set what cannot be undone
 * (ERR_CONFIG, with a hint). Every start does so.
 */
int sandbox_host_check(struct fault *f);
/* Returns whether the root folder is not that of the mount namespace: user namespaces are refused then. */
bool sandbox_in_chroot(void);
#define SANDBOX_CHROOT_WHAT "user namespaces: this is a chroot, where the kernel allows none"
#define SANDBOX_CHROOT_HINT \
	"pivot_root in place of chroot: run it by `unshare -Urm`, systemd-nspawn or a " \
	"container " \
	"that allows user namespaces"

/*
 * Returns the control group that was delegated to this process, in which each run gets one of its own, as the
 * path of its folder, malloc'd; NULL: none is, or it cannot be used, and what a run uses up is counted alone.
 * Only looks.
 */
char *sandbox_cgroup_find(void);
/*
 * Takes it, which moves this process into a group below it. The first start does so; who makes children that
 * run builds calls it before. The path, which stays, or NULL.
 */
const char *sandbox_cgroup_take(void);

/* Returns whether this machine can carry out vary.time_offset_s and vary.wall_offset_s. */
bool sandbox_can_shift_clocks(void);

/* Convenience: start, pump until the end, free. */
int sandbox_run(const struct sandbox_plan *p, int log_fd, struct sandbox_result *ret,
		struct fault *f);

#endif
