/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_SCHEDULE_H
#define DAEMON_SCHEDULE_H

#include "base/buf.h"
#include "base/err.h"
#include "daemon/config.h"
#include "daemon/job.h"
#include "daemon/outbox.h"

/*
 * Runs the plans of the configuration when they are due, one at a time, in a thread of its own.
 * When each was last started is kept in STATE/daemon/schedule, so that a restart neither repeats
 * nor forgets one: what came due while the daemon was away is run once when it is back.
 */
struct schedule;

/* Makes it, from C's plans, which are copied. What W names must outlive it. Nothing is run yet. */
struct schedule_world {
	struct jobs *jobs;
	struct daemon_history *history; /* where runs are recorded */
	struct outbox *outbox;          /* told when one has ended; may be NULL */
};
int schedule_new(const struct schedule_world *w, const struct daemon_config *c,
		 struct schedule **ret, struct fault *f);
/* From now on plans are run. */
int schedule_start(struct schedule *s, struct fault *f);
/* Takes over the plans of C; one that runs is let finish. */
int schedule_reload(struct schedule *s, const struct daemon_config *c, struct fault *f);
/* Has PLAN run as soon as can be, because of CAUSE (at most 63 bytes). ERR_MISSING: no such plan. */
int schedule_run_now(struct schedule *s, const char *plan, const char *cause);
/* Has PLAN run as soon as can be when the history has something pending for it. CTX is a schedule. */
void schedule_fire(void *ctx, const char *plan);
/* Starts nothing new; the command that runs goes on. */
void schedule_stop(struct schedule *s);
/* Waits for the end of what runs. S may be NULL. */
void schedule_free(struct schedule *s);
/* How many plans there are, run, are due and wait, wait to be tried again; which is next, and when. */
struct schedule_counts {
	size_t plans, running, waiting, retries;
	int64_t next; /* seconds since 1970; INT64_MAX: none */
	char name[72];
};
void schedule_count(struct schedule *s, struct schedule_counts *ret);
/* Adds them as metrics for Prometheus. CTX is a schedule. */
void schedule_metrics(void *ctx, struct buf *ret);
/* Adds a JSON list of the plans: name, last, next, status. */
void schedule_list(struct schedule *s, struct buf *ret);

/* Returns the seconds between the end of ATTEMPT (from 1 on), which failed, and the next; for tests. */
uint64_t schedule_pause(const struct daemon_plan *p, unsigned attempt);
/*
 * Returns when a plan is due that was last started at LAST (seconds since the epoch; 0 = never), for
 * tests.
 */
int64_t schedule_due(const struct daemon_plan *p, int64_t last, int64_t now);

#endif
