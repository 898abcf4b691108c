/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_RECIPE_H
#define CMD_RECIPE_H

#include "cmd/cmd.h"

/* The verbs `recipe new` and `recipe bump`. */
extern const struct command recipe_new, recipe_bump;
/* Finds the file of D's recipe; in the command's arena. */
int recipe_file_of(struct cmd *c, const struct drv *d, const char **ret, struct fault *f);

#endif
