/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_OVERRIDES_H
#define CMD_OVERRIDES_H

#include "base/vec.h"
#include "recipe/recipe.h"

/*
 * --override-source: local trees in the place of sources, for every command that reads recipes. cmd_recipes
 * applies them; what takes long looks by overrides_check before it begins, the runner does at the end.
 */

/* Has RECIPES, of which nothing is evaluated yet, use what L (NAME=PATH each) says. */
int overrides_apply(struct recipes *recipes, const struct strlist *l, struct fault *f);
/* Refuses an override that no recipe evaluated so far has a source for. RECIPES may be NULL: none was read. */
int overrides_check(const struct recipes *recipes, struct fault *f);
/*
 * Returns whether D or anything below it uses an overridden source: as build_options.overridden and
 * verify_ops.overridden. CTX is the struct recipes.
 */
bool overrides_cover(void *ctx, const struct drv *d);

#endif
