/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_JOB_REQUEST_H
#define DAEMON_JOB_REQUEST_H

#include <stdint.h>

#include "base/vec.h"

struct daemon_history;

/* What all jobs of a table have in common. */
struct jobs_options {
	const char *program;            /* boot-hurd */
	const char *state;              /* folder of the store */
	const char *file;               /* configuration, for the jobs, or NULL */
	unsigned max;                   /* jobs for clients at one time */
	uint64_t files;                 /* limit of open files that jobs get; 0 = as it is */
	struct daemon_history *history; /* where jobs are recorded; may be NULL */
};

/* What one job is to do. */
struct job_request {
	struct strlist arguments; /* the command and what follows it */
	const char *directory;    /* where it runs; NULL: the state folder */
	const char *recipes;      /* folder of recipes, or NULL */
	const char *config;       /* file of peers and quorum; NULL: the daemon's own */
	unsigned columns;         /* of the client's terminal; 0 = none: plain lines */
	struct strlist env;       /* "NAME=VALUE", on top of the daemon's environment */
	const char *plan;         /* scheduled: by this plan, output goes to the log; or NULL */
	int64_t run;              /* that it belongs to; 0 = one of its own */
	const char *cause;        /* of that one; NULL = "client" */
};

#endif
