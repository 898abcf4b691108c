/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_JOB_H
#define DAEMON_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "daemon/history.h"
#include "daemon/job_request.h"

/*
 * Jobs: commands of boot-hurd that the daemon runs, each as a child process on the daemon's store.
 * So a job does what the command would do by itself, and a job that dies takes nobody along. When
 * the daemon dies, however that comes, the kernel kills its jobs, and the jobs' sandboxes with them.
 *
 * What a job tells is a stream of JSON lines:
 *     {"job":ID}                            first
 *     {"stream":"stdout"|"stderr","text":TEXT}   or, what is not UTF-8, "base64":TEXT
 *     {"exit":STATUS}                       last; {"signal":NUMBER} when a signal ended it
 */
struct jobs;
struct job;

/* Returns whether jobs run the command NAME: one whose work is in the store. */
bool jobs_take(struct view name);
/* Makes an empty table. O is copied, what it points to is borrowed. */
int jobs_new(const struct jobs_options *o, struct jobs **ret);
/* No job may run any more. */
void jobs_free(struct jobs *js);
/* Changes how many may run. */
void jobs_set_max(struct jobs *js, unsigned max);
/* From now on none is started. */
void jobs_drain(struct jobs *js);
/* How many run. */
size_t jobs_running(struct jobs *js);
/* Sends SIG to each. */
void jobs_signal(struct jobs *js, int sig);
/* Adds a JSON list of what runs. */
void jobs_list(struct jobs *js, struct buf *ret);
/* Returns the state in the history of a job that ended with STATUS; STOPPED: the daemon was. */
const char *job_state(int status, bool cancelled, bool stopped);
/* Cancels job ID by SIGINT. ERR_MISSING when it does not run. */
int jobs_interrupt(struct jobs *js, uint64_t id);

/*
 * Starts a job. -EBUSY when too many run, ERR_CANCELLED when none is started any more. The caller
 * ends with job_leave; with RET NULL nobody reads what it tells, and it goes on by itself. *RET_ID (may be
 * NULL) is its number.
 */
int jobs_start(struct jobs *js, const struct job_request *q, struct job **ret, uint64_t *ret_id,
	       struct fault *f);
/*
 * Waits for the next of what J tells, and writes up to MAX bytes to BUF. 0 at the end; negative when
 * GONE (a descriptor) says that the reader has gone.
 */
ssize_t job_pull(struct job *j, char *buf, size_t max, int gone);
/*
 * Waits for the end of J. Returns its exit status, or 128 and the signal. *RET_CANCELLED (may be NULL)
 * says whether somebody cancelled it.
 */
int job_wait(struct job *j, bool *ret_cancelled);
/* The reader leaves. A job that still runs is interrupted: it lets its running builds end. */
void job_leave(struct job *j);

#endif
