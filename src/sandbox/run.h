/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_RUN_H
#define SANDBOX_RUN_H

#include <termios.h>

#include "sandbox/internal.h"

/* The supervisor's side of a run. */
struct sandbox {
	const struct sandbox_plan *plan; /* borrowed */
	int log_fd;    /* takes the output of the steps; borrowed; -1 = interactive */
	int pipe_fd;   /* our end of the log pipe; -1 = interactive, or at its end */
	int status_fd; /* our end of the status pipe */
	int epoll_fd;  /* readable when there is something to do */
	int pidfd;     /* of init; -1 = reaped, or never started */
	pid_t pid;     /* of init */
	struct sandbox_shared *shared; /* mapped; NULL = not yet */
	int64_t start_ns, log_ns;      /* when the run started, when it last wrote; monotonic */
	int64_t size_ns;               /* when the output was last measured */
	int64_t size_cost;             /* nanoseconds that took */
	uint64_t log_bytes;            /* written to the log */
	enum sandbox_end end;          /* why we ended the run; SANDBOX_OK = we did not */
	char detail[256];              /* of that */
	bool terminal;                 /* TERMIOS was saved, the terminal is to be given back */
	struct termios termios;
};

/* supervise.c: keeps what is needed to give the terminal back. */
void sandbox_terminal_save(struct sandbox *s);

#endif
