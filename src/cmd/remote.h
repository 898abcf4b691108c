/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_REMOTE_H
#define CMD_REMOTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* Asking a daemon to run a command, by its control socket. */

/* What a daemon is asked to do. */
struct remote_call {
	char **argv; /* the command's words, its name first */
	int argc;
	const char
	    *state; /* the state folder that was asked for, or NULL: the daemon's will do */
	const char *recipes; /* folder of the recipes, or NULL */
};

/*
 * Has a daemon run CALL and shows what it tells, when one answers that manages the store that this command
 * would use. 1: done, *RET_STATUS is the command's exit status; 0: there is none; ERR_CONFIG: $BOOT_HURD_SOCKET
 * names one that does not answer.
 */
int remote_run(const struct remote_call *call, int *ret_status, struct fault *f);

/*
 * Asks the daemon that manages the store STATE (NULL: $BOOT_HURD_STATE, else any): GET PATH, or POST, and
 * adds the answer to RET. 1: it answered; 0: there is none; negative: it refused, or $BOOT_HURD_SOCKET names
 * one that does not answer.
 */
int remote_ask(const char *state, const char *path, bool post, struct buf *ret,
	       struct fault *f);

/*
 * Puts the state folder of the daemon that answers, malloc'd, into RET; NULL when none does. ERR_CONFIG when
 * $BOOT_HURD_SOCKET names one that does not.
 */
int remote_state(char **ret, struct fault *f);

#endif
