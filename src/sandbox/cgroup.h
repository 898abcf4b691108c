/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_CGROUP_H
#define SANDBOX_CGROUP_H

#include "sandbox/sandbox.h"

/*
 * The control group (version 2) of one run, where some have been delegated to this process: then the kernel
 * itself holds all processes and threads of the run below its limits, with all memory that it knows of. The
 * counting goes on beside it. Where there is none, the counting is all there is.
 */
struct cgroup {
	int fd; /* its folder, locked while the run lives; -1 = none */
	char name[40];
};

#define CGROUP_INIT \
	{ \
		.fd = -1 \
	}

/* Makes a group with the limits L. Where that is not possible, RET->fd is -1. */
void cgroup_start(struct cgroup *ret, const struct sandbox_limits *l);
/*
 * Returns SANDBOX_MEMORY or SANDBOX_PROCESSES when the kernel has refused or killed because of that limit, else
 * SANDBOX_OK; DETAIL says more.
 */
enum sandbox_end cgroup_look(const struct cgroup *g, const struct sandbox_limits *l,
			     char *detail, size_t n);
/* Removes the group, in which no process is any more. */
void cgroup_stop(struct cgroup *g);

#endif
