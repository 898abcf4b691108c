/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_RETRY_H
#define DAEMON_RETRY_H

#include "daemon/history.h"
#include "daemon/job.h"
#include "daemon/schedule.h"

/*
 * Runs again what job ID ran: the plan that it belonged to, or its command, which nobody watches then.
 * Adds {"job":ID} or {"plan":NAME} to RET. ERR_MISSING: there is no such job, or its plan is gone.
 */
int job_retry(struct daemon_history *h, struct jobs *js, struct schedule *s, uint64_t id,
	      struct buf *ret, struct fault *f);

#endif
