/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_SCHEDULE_H
#define DAEMON_SCHEDULE_H

#include "base/buf.h"
#include "base/err.h"
#include "daemon/config.h"
#include "daemon/job.h"

/*
 * Runs the plans of the configuration when they are due, one at a time, in a thread of its own.
 * When each was last started is kept in STATE/daemon/schedule, so that a restart neither repeats
 * nor forgets one: what came due while the daemon was away is run once when it is back.
 */
struct schedule;

/* Starts. C's plans are copied. JS and H, where runs are recorded, must outlive it. */
int schedule_start(struct jobs *js, struct daemon_history *h, const struct daemon_config *c,
		   struct schedule **ret, struct fault *f);
/* Takes over the plans of C; one that runs is let finish. */
int schedule_reload(struct schedule *s, const struct daemon_config *c, struct fault *f);
/* Has PLAN run as soon as can be, because of CAUSE (at most 63 bytes). ERR_MISSING: no such plan. */
int schedule_run_now(struct schedule *s, const char *plan, const char *cause);
/* Starts nothing new; the command that runs goes on. */
void schedule_stop(struct schedule *s);
/* Waits for the end of what runs. S may be NULL. */
void schedule_free(struct schedule *s);
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
