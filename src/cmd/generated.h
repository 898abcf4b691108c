/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_GENERATED_H
#define CMD_GENERATED_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"
#include "drv/drv.h"

/*
 * Files in a source's tree that a program made, not a person: configure, Makefile.in, info manuals,
 * parsers, tables. Whoever ships a tarball made them on a machine that nobody can look at.
 */

/*
 * Adds the paths, relative to ROOT, of the files below it that say so themselves: in their
 * first lines, or by their format. 0 or negative.
 */
int generated_find(const char *root, struct strlist *ret, struct fault *f);
/*
 * Adds to RET the files below ROOT that M, the recipe's, declares one by one, as pregenerated or as unused, and that are
 * not in RET yet: a program made them, whether they say so or not. 0 or negative.
 */
int generated_declared(const char *root, const struct drv_meta *m, struct strlist *ret,
		       struct fault *f);
/* Adds both kinds. 0 or negative. */
int generated_in(const char *root, const struct drv_meta *m, struct strlist *ret,
		 struct fault *f);
/* Returns whether PATTERN, as in a recipe's pregenerated, stands for PATH: "*" also stands for slashes. */
bool generated_matches(const char *pattern, const char *path);

#endif
