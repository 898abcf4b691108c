/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_PLAN_CHECK_H
#define DAEMON_PLAN_CHECK_H

#include "daemon/config.h"

/*
 * Reads C's plans to the end, for `boot-hurdd --check`: each command is given to PROGRAM (boot-hurd), which
 * looks whether it has that command and these options, whether the targets are recipes and the key is there,
 * and whether alarms that go to a URL have a key that signs them. Every fault is printed to standard error,
 * with the plan and the command. Returns how many there are.
 */
size_t plan_check(const struct daemon_config *c, const char *program);

#endif
