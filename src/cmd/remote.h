/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_REMOTE_H
#define CMD_REMOTE_H

#include "cmd/cmd.h"

/* Asking a daemon to run the command, by its control socket. */

/*
 * Has a daemon run the command ARGV (ARGC words) and shows what it tells, when one answers that looks
 * after the store that this command would use. 1: done, C->remote_status says how; 0: there is none.
 */
int remote_run(struct cmd *c, int argc, char **argv, struct fault *f);

/* Returns the state folder of the daemon that answers, malloc'd, or NULL. */
char *remote_state(void);

#endif
