/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PLAN_H
#define CMD_PLAN_H

#include "cmd/cmd.h"
#include "engine/plan.h"

/*
 * Plans the build of D, whose inputs must be realised and whose sources must be in the store, as it would be on
 * this machine. RET lives in the command's arena.
 */
int plan_of(struct cmd *c, struct builder *b, const struct drv *d, struct build_plan *ret,
	    struct fault *f);
/* Prints P, the plan of D, one fact a line. */
void plan_text(const struct drv *d, const struct build_plan *p);
/* Prints it as one line of JSON. */
int plan_json(const struct drv *d, const struct build_plan *p);

#endif
