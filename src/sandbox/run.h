/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_RUN_H
#define SANDBOX_RUN_H

#include <termios.h>

#include "sandbox/cgroup.h"
#include "sandbox/internal.h"

/* The supervisor's side of a run. */
struct sandbox {
	const struct sandbox_plan *plan; /* borrowed */
	int log_fd;    /* takes the output of the steps; borrowed; -1 = interactive */
	int pipe_fd;   /* our end of the log pipe; -1 = interactive, or at its end */
	int status_fd; /* our end of the status socket */
	int epoll_fd;  /* readable when there is something to do */
	int pidfd;     /* of init; -1 = reaped, or never started */
	pid_t pid;     /* of init */
	struct sandbox_shared *shared; /* mapped; NULL = not yet */
	int64_t start_ns, log_ns;      /* when the run started, when it last wrote; monotonic */
	struct sandbox_watch watch;
	struct cgroup group;   /* of this run, where there are such */
	bool by_kernel;        /* END is what the kernel enforced there */
	int64_t look_ns;       /* when to watch next */
	int64_t size_ns;       /* when output and build folder were last measured */
	int64_t size_cost;     /* nanoseconds that took */
	int size_misses;       /* how often in a row they could not be */
	bool size_over;        /* one of them is larger than its limit */
	uint64_t log_bytes;    /* written to the log */
	enum sandbox_end end;  /* why we ended the run; SANDBOX_OK = we did not */
	char detail[256];      /* of that */
	int standard_flags[3]; /* F_GETFL of 0, 1, 2, shared with our caller; -1 = leave */
	bool terminal;         /* TERMIOS was saved, the terminal is to be given back */
	struct termios termios;
};

/* supervise.c: keeps what is needed to give terminal and standard descriptors back as they were. */
void sandbox_terminal_save(struct sandbox *s);

/*
 * enforce.c: what a run may use up. _kernel returns what the kernel enforced, if anything, and fills s->detail. _start makes ready once the root stands; _due returns when _look
 * must be called next, monotonic; _look returns the limit that is exceeded (SANDBOX_OK: none)
 * and fills s->detail; _final does so for what is to be measured when the steps have ended (not WELL: only what
 * is known to be over counts); _stop undoes _start.
 */
void sandbox_limits_start(struct sandbox *s);
int64_t sandbox_limits_due(const struct sandbox *s);
enum sandbox_end sandbox_limits_look(struct sandbox *s);
enum sandbox_end sandbox_limits_kernel(struct sandbox *s);
enum sandbox_end sandbox_limits_final(struct sandbox *s, bool well);
void sandbox_limits_stop(struct sandbox *s);

#endif
