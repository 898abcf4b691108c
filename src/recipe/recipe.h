/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "drv/drv.h"

/*
 * Recipes: restricted Lua, evaluated to derivations. See boot-hurd-recipe(5). A recipe folder holds
 * stage folders (10-stage0 …) of NAME.lua files and lib/ with build styles. Evaluation is bounded:
 * no io, os, debug, load; at most RECIPE_STEPS_MAX instructions and RECIPE_MEMORY_MAX bytes for a
 * file; only files below the recipe folder's repository can be read.
 */

/* All recipes of a folder, evaluated on demand. Opaque. */
struct recipes;

/*
 * Scans the folder DIR for recipe files (names only; nothing is evaluated). Two recipe files of one
 * name are an error. REPO is the folder that `file`, `tree` may not leave (usually DIR's parent).
 */
int recipes_open(const char *dir, const char *repo, struct recipes **ret, struct fault *f);
/* Frees R and all derivations it made. */
void recipes_free(struct recipes *r);
/* Lists recipe names in order; borrowed. */
size_t recipes_names(const struct recipes *r, const char *const **ret);

/*
 * Evaluates target NAME ("mes" or "mes-0.24.2") and, on the way, everything it needs. The
 * derivation belongs to R. Errors name file, line, recipe and cause. Evaluated once each.
 */
int recipes_get(struct recipes *r, const char *name, const struct drv **ret, struct fault *f);

/*
 * From now on source SOURCE (its `as`, or RECIPE:AS) is the local tree PATH. Must come before the
 * first recipes_get. Derivations that depend on it can be told by recipes_overridden.
 */
int recipes_override(struct recipes *r, const char *source, const char *path, struct fault *f);
/* Returns whether D or anything below it uses an overridden source. */
bool recipes_overridden(const struct recipes *r, const struct drv *d);

#endif
