/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_HISTORY_H
#define DAEMON_HISTORY_H

#include <stdint.h>

#include "store/history.h"

/*
 * The daemon's hand on the history of its store (store/history.h): one handle, for all threads. What
 * cannot be recorded (a full disk) is told in the log, and stops nothing: a collection of garbage must be
 * possible all the same.
 */
struct daemon_history;

/* Opens the store at STATE; runs that a dead process left become "lost". */
int daemon_history_new(const char *state, struct daemon_history **ret, struct fault *f);
/* H may be NULL, here and below. */
void daemon_history_free(struct daemon_history *h);
/*
 * Begins a run, about whose end a message goes to each of TARGETS (may be NULL). Returns its id, 0 when it
 * cannot be recorded.
 */
int64_t daemon_history_run(struct daemon_history *h, const char *plan, const char *cause,
			   unsigned attempt, const struct strlist *targets);
/* Records a run of PLAN that was not begun, and why. */
void daemon_history_skip(struct daemon_history *h, const char *plan, const char *cause,
			 const char *reason, const struct strlist *targets);
void daemon_history_run_end(struct daemon_history *h, int64_t run, const char *state,
			    const char *reason);
/* Notes which recipes RUN uses, and at which commit. */
void daemon_history_run_recipes(struct daemon_history *h, int64_t run, const char *recipes,
				const char *revision);
/* Begins a job of RUN: COMMAND is its arguments. Returns its id, or 0. */
int64_t daemon_history_job(struct daemon_history *h, int64_t run, const struct strlist *command,
			   const char *directory, const char *config);
void daemon_history_job_end(struct daemon_history *h, int64_t job, const char *state,
			    int status);
/* Forgets old runs and removes the logs of their jobs. */
void daemon_history_prune(struct daemon_history *h, uint64_t keep_s, unsigned keep);
/*
 * Calls FN with the handle, which nobody else uses meanwhile. Returns what it returns; ERR_MISSING when H
 * is NULL.
 */
int daemon_history_with(struct daemon_history *h, int (*fn)(void *ctx, struct store *s),
			void *ctx);

#endif
