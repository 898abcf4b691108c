/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_TARGET_H
#define CMD_TARGET_H

#include "cmd/cmd.h"

struct baseline;

/* What operands name. */

/* Evaluates the target NAME. */
int cmd_target(struct cmd *c, const char *name, const struct drv **ret, struct fault *f);
/*
 * Evaluates the N targets NAMES, or every recipe when N is 0. RET lives in the command's arena.
 * ERR_UNSAFE: a version or URI has changed under a recorded pin (cmd/pins.h).
 */
int cmd_targets(struct cmd *c, char *const *names, size_t n, const struct drv ***ret,
		size_t *ret_n, struct fault *f);
/* The same, but pins that contradict the recorded ones are not errors. */
int cmd_targets_any_pins(struct cmd *c, char *const *names, size_t n, const struct drv ***ret,
			 size_t *ret_n, struct fault *f);
/*
 * Finds the object that TEXT names: a hash in any spelling, a unique beginning (8 hex digits or
 * more) of one, the name of a root, or a target that has been built.
 */
int cmd_object(struct cmd *c, const char *text, struct digest *ret, struct fault *f);
/* Reads the published realisations that stand with the recipes; recipes must be open. */
int cmd_baseline(struct cmd *c, struct baseline *ret, struct fault *f);

#endif
