/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CHILD_H
#define DAEMON_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"

struct job_request;
struct jobs_options;

/* The child process of a job: all is prepared beforehand, since between fork and exec little is allowed. */
struct child {
	char *path; /* of the program */
	struct strlist argv, envp;
	char *directory;
	uint64_t files; /* limit of open files; 0 = as it is */
	pid_t pid;
	int pidfd;
	int out[2]; /* its standard output and standard error, not blocking */
};

/* Makes arguments and environment; JOB is its number in the history, or 0. 0 or -ENOMEM; child_release in either case. */
int child_prepare(struct child *c, const struct jobs_options *o, const struct job_request *q,
		  int64_t job);
/*
 * Starts it in a process group of its own. It is killed when the calling thread ends. 0 or a negated
 * errno. A folder or program that is not there is told by the child on its standard error.
 */
int child_start(struct child *c);
void child_release(struct child *c);

#endif
