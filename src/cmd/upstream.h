/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_UPSTREAM_H
#define CMD_UPSTREAM_H

#include "cmd/cmd.h"

/*
 * A verb of `source`: whether the archive of Debian still has what recipes pin there. Recorded in a job of boot-hurdd
 * with the mode "source": "listed" (a list of sources has it, with this hash), "served" (no list of a suite that this
 * machine knows does, but its address still answers), "left" (it does not), "other" (the list has other bytes under
 * that name). The worst of a recipe's sources is its verdict.
 */
extern const struct command source_upstream_verb;

#endif
