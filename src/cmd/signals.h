/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

#include <stdbool.h>

struct builder;

/*
 * SIGINT, SIGTERM and SIGHUP ask a command to stop: the first lets running builds end, the second kills
 * them, the third ends the program.
 */

/* Installs the signal handlers of a command that can be interrupted. */
void signals_catch(void);
/* Says whether somebody else tells the user what a signal does. */
void signals_silent(bool on);
/* Has a signal stop B as well; NULL: none any more. A command has at most one builder at a time. */
void signals_stop(struct builder *b);
/* Returns how many signals asked to stop. */
int signals_count(void);
/* Returns whether a signal asked to stop. */
bool signals_interrupted(void);

#endif
