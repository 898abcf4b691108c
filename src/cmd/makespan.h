/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_MAKESPAN_H
#define CMD_MAKESPAN_H

#include <stddef.h>
#include <stdint.h>

#include "drv/drv.h"

/*
 * Prints how long the N derivations NODES, which took NS (0: unknown) when they were last built, would take on
 * several machines, and the same of a made graph of 10,000 steps with these times. 0 or -ENOMEM.
 */
int makespan_print(const struct drv *const *nodes, size_t n, const uint64_t *ns);

#endif
