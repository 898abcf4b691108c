/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_TRIGGER_H
#define DAEMON_TRIGGER_H

#include "daemon/config.h"
#include "daemon/history.h"

/*
 * Triggers: what starts a plan beside the clock. A thread asks for what each plan watches, by a command of boot-hurd
 * as a child process with a time limit, so that a server which never answers holds up nobody. What it finds is kept in
 * the history: what differs from what the newest run began with is "pending", and the run that begins next takes it in
 * the same transaction. So a kill neither loses a change nor has it run twice.
 */
struct triggers;

struct triggers_world {
	struct daemon_history *history;
	const char *program; /* boot-hurd */
	const char *state;   /* folder of the store */
	const char *file;    /* configuration for the child */
	/* Tells that something is pending for PLAN. */
	void (*fire)(void *ctx, const char *plan);
	void *ctx;
};

/* Starts the thread for C's plans. What W names must outlive it. */
int triggers_start(const struct triggers_world *w, const struct daemon_config *c,
		   struct triggers **ret, struct fault *f);
/* Takes over the plans of C. */
int triggers_reload(struct triggers *t, const struct daemon_config *c, struct fault *f);
/* Ends the thread, and what it asks. T may be NULL. */
void triggers_free(struct triggers *t);

/* Makes the command that asks for what T watches. */
int trigger_command(const struct trigger *t, struct strlist *ret);
/*
 * Reads what the command of T printed, TEXT, to RET_TOKEN, which is another when what is watched has changed, and
 * RET_CAUSE, words about it; for tests. ERR_SYNTAX: it cannot be read.
 */
int trigger_read(const struct trigger *t, struct view text, struct buf *ret_token,
		 struct buf *ret_cause);
/* Returns what the newest run of PLAN began with of what T watches, malloc'd; "" = nothing yet; NULL: no memory. */
char *trigger_seen(struct daemon_history *h, const char *plan, const struct trigger *t);
/* Adds the causes of what is pending for PLAN, with "; " between them. */
void trigger_causes(struct daemon_history *h, const char *plan, struct buf *ret);

#endif
