/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "drv/drv.h"

/*
 * Recipes: restricted Lua, evaluated to derivations. See boot-hurd-recipe(5). A recipe folder holds
 * stage folders (10-stage0 …) of STEM.lua files and lib/ with build styles. STEM.lua may define
 * recipes whose full name (NAME-VERSION, or NAME without a version) is STEM or begins with "STEM-",
 * so a target is found without evaluating every file. What is in the folder canary/ is found by name
 * only: it is for trying a machine, and belongs to no list of all recipes.
 *
 * Evaluation is bounded, file by file: the limits below, no clock, no environment, no files but
 * those below the repository. Errors read "FILE:LINE: recipe 'NAME': cause".
 */
enum {
	RECIPE_STEPS_MAX = LIMIT_RECIPE_STEPS,   /* VM instructions for one file */
	RECIPE_MEMORY_MAX = LIMIT_RECIPE_MEMORY, /* bytes for one file */
	RECIPE_TIME_MAX_MS =
	    LIMIT_RECIPE_TIME_MS, /* processor time for one file, reading files apart */
	RECIPE_FILE_MAX =
	    LIMIT_RECIPE_FILE, /* bytes in a recipe file, or in what readfile reads */
};

/* All recipes of a folder, evaluated on demand. Opaque. For one thread at a time. */
struct recipes;

/*
 * Scans the folder DIR for recipe files (names only; nothing is evaluated). Two recipe files of one
 * name are an error. REPO is the folder that `file`, `tree` may not leave (usually DIR's parent).
 */
int recipes_open(const char *dir, const char *repo, struct recipes **ret, struct fault *f);
/*
 * Reads a further folder, as recipes_open does, before anything is evaluated. A recipe file or a build style
 * in it takes the place of one of that name in the folders before. 16 folders at most.
 */
int recipes_overlay(struct recipes *r, const char *dir, const char *repo, struct fault *f);
/* Returns the path of the file whose place recipe file number I took, or NULL. */
const char *recipes_replaced(const struct recipes *r, size_t i);
/*
 * Remembers evaluations in the folder DIR (made when the folder it is in exists): what each recipe file came to, and
 * what that read. A file is evaluated again when anything it read has another content; content is read when what
 * stat(2) says of it has changed, or may have: see recipe/stamp.h. After the last recipes_overlay and before
 * anything is evaluated; with recipes_override nothing is remembered. What is there and cannot be used is
 * no error: then all is evaluated.
 */
int recipes_remember(struct recipes *r, const char *dir, struct fault *f);
/* Writes down what was evaluated since, if anything. A folder that may not be written stays as it is. */
int recipes_keep(struct recipes *r, struct fault *f);

/* Frees R (may be NULL) and all derivations it made. */
void recipes_free(struct recipes *r);

/* Lists the stems of the recipe files, sorted; borrowed. recipes_file tells where one is. */
size_t recipes_names(const struct recipes *r, const char *const **ret);
/* Returns the path of recipe file number I of that list, as shown to people; borrowed. */
const char *recipes_file(const struct recipes *r, size_t i);

/*
 * Evaluates target NAME ("mes" or "mes-0.24.2") and, on the way, everything it needs. The
 * derivation belongs to R. ERR_MISSING with near matches when there is none; ERR_SYNTAX when
 * several versions fit. Evaluated once each.
 */
int recipes_get(struct recipes *r, const char *name, const struct drv **ret, struct fault *f);

/*
 * Evaluates recipe file number I and everything its recipes need. RET lists its derivations in the
 * order in which the file returned them; borrowed. To look at a whole folder and report every
 * error, call it for each file.
 */
int recipes_load(struct recipes *r, size_t i, const struct drv *const **ret, size_t *ret_n,
		 struct fault *f);

/*
 * Evaluates every file but those in canary/. RET (malloc'd) lists all derivations, file by file. Stops
 * at an error.
 */
int recipes_all(struct recipes *r, const struct drv ***ret, size_t *ret_n, struct fault *f);
/* As recipes_all, with canary/; a file that cannot be evaluated is told to BROKEN, and left out. */
int recipes_whole(struct recipes *r,
		  void (*broken)(void *ctx, const char *file, const struct fault *why),
		  void *ctx, const struct drv ***ret, size_t *ret_n, struct fault *f);

/*
 * From now on source SOURCE (its `as`, or RECIPE:AS) is the local tree or file PATH. Must come
 * before the first recipes_get. Derivations that depend on it can be told by recipes_overridden.
 */
int recipes_override(struct recipes *r, const char *source, const char *path, struct fault *f);
/* Returns whether D or anything below it uses an overridden source. */
bool recipes_overridden(const struct recipes *r, const struct drv *d);
/* Returns the first SOURCE of recipes_override that no evaluated recipe has, or NULL. */
const char *recipes_override_unused(const struct recipes *r);

#endif
