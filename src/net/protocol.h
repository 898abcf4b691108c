/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_PROTOCOL_H
#define NET_PROTOCOL_H

#include <stdbool.h>

#include "base/view.h"

/* What boot-hurd and boot-hurdd must agree on when the first has the second do its work. */

/* Variables of the client's environment that count for its job; ends in NULL. */
extern const char *const PROTOCOL_VARIABLES[];

/* Returns whether a daemon runs the command NAME: one whose work is done in the store. */
bool protocol_runs(struct view name);

#endif
