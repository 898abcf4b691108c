/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include "base/err.h"
#include "daemon/config.h"
#include "daemon/job.h"
#include "daemon/public.h"
#include "daemon/schedule.h"

/*
 * The control side: HTTP and JSON on a Unix socket. Who may open the socket (its mode says) may do
 * what the daemon's user may.
 *
 *     GET  /1/status              what the daemon is and does
 *     GET  /1/jobs                the jobs that run
 *     POST /1/jobs                {"arguments": ["build", "mes"], "directory": PATH, "recipes": PATH,
 *                                 "config": PATH, "columns": N, "environment": {NAME: VALUE}}: runs
 *                                 a command; the answer is the stream of job.h. Closing the
 *                                 connection interrupts.
 *     POST /1/jobs/ID/retry       runs what that job ran, or the plan it belonged to, again:
 *                                 {"job":ID} or {"plan":NAME}
 *     POST /1/jobs/ID/interrupt   as ^C does to a command: the first lets running builds end
 */
struct control;

/* What the control side shows; borrowed, and changed by the daemon under CONTROL's lock. */
struct control_world {
	struct jobs *jobs;
	struct schedule *schedule;
	struct public *public;
	struct daemon_history *history;
	const char *state;
	bool draining;
};

/*
 * Makes the socket PATH with MODE and listens. A socket that nobody listens on any more is replaced;
 * ERR_EXISTS when a daemon answers there, or something else stands there. *RET_LOCK is a descriptor
 * that holds the path's lock.
 */
int control_listen(const char *path, mode_t mode, int *ret_fd, int *ret_lock, struct fault *f);

/* Serves on FD, which stays the caller's. W is copied. */
int control_start(int fd, const struct control_world *w, struct control **ret, struct fault *f);
/* Changes what is shown. */
void control_update(struct control *c, const struct control_world *w);
void control_free(struct control *c);

#endif
