/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "store/history.h"
#include "verify/verify.h"

/*
 * Recording in the history of the store what a command finds out, step by step, so that it is there
 * whatever becomes of the command. What cannot be recorded costs a warning, not the work. All functions
 * take NULL for "nothing is recorded", and may be called from several threads.
 */
struct record;

/*
 * Begins to record the command. In a job of boot-hurdd (BOOT_HURD_JOB) that job's results are
 * recorded; else, with OWN, a run of the command's own. RET is NULL when nothing is to be recorded: the
 * store cannot be written, or there is no job and OWN is false. The recipes are open already.
 */
int record_begin(struct cmd *c, bool own, struct record **ret, struct fault *f);
/* Records what the recipes say about the N derivations. */
void record_about(struct record *r, const struct drv *const *nodes, size_t n);
/* Records that MODE ("build", "rebuild", "peers") begins with D. */
void record_step(struct record *r, const char *mode, const struct drv *d);
/* Records the N results R; their job is filled in here. */
void record_results(struct record *r, struct history_result *x, size_t n);
/* Records what was found of OUTPUT now, by looking alone. DETAIL is JSON. */
void record_found(struct record *r, const char *mode, const char *output, const char *verdict,
		  const struct digest *drv, const char *detail);
/* Records the N results X with their DETAILS, and frees both lists and each of DETAILS. Any may be NULL. */
void record_take(struct record *r, struct history_result *x, char **details, size_t n);
/* Records what a rebuild gave, as RECORD is the verdict so far or, with all N, at the end. */
void record_judged(struct record *r, const struct verify_result *x, size_t n);
/* Ends: STATUS is the command's exit status, or negative. Frees R. */
void record_end(struct record *r, int status, const struct fault *f);

/* Both who shows and who records what a builder tells: the context of record_event. */
struct record_events {
	struct progress *progress;
	struct record *record; /* may be NULL */
	const char *state;     /* folder of the store */
};
void record_event(void *ctx, const struct build_event *e);

#endif
