/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_SCHEDULE_RUN_H
#define DAEMON_SCHEDULE_RUN_H

#include <stdatomic.h>

#include "daemon/config.h"
#include "daemon/job.h"

#define SCHEDULE_GC "gc" /* the plan that collects garbage */

/* One run of a plan, from the look whether there is room to its end in the history. */
struct schedule_run {
	struct jobs *jobs;
	struct daemon_history *history;
	const char *state; /* folder of the store */
	const struct daemon_plan *plan;
	const char *recipes; /* of the plan, when it follows no branch; or NULL */
	const char *cause;   /* why it runs */
	unsigned attempt;
	uint64_t min_free; /* bytes: with less it is not begun */
	bool collects;     /* garbage may be collected for it, by these times */
	uint64_t gc_older_than_s, gc_keep_built_s;
	const _Atomic bool *stopping; /* the daemon is */
};

/* What became of it. */
struct schedule_outcome {
	bool begun;        /* else it was skipped */
	int status;        /* of its last command */
	const char *state; /* as in the history; static */
};

/* Makes the command that collects garbage. */
int schedule_gc_command(struct strlist *ret, uint64_t older_s, uint64_t keep_s);
/* Carries R out. */
void schedule_run(const struct schedule_run *r, struct schedule_outcome *ret);

#endif
