/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

#include "base/view.h"

/* Names and paths as text; nothing here touches the disk. */

/* Returns whether NAME can be one path component: not empty, ".", "..", no '/' and no NUL. */
bool path_is_component(struct view name);

/*
 * Returns whether PATH is relative and clean: components as above joined by single slashes, no
 * leading or trailing slash. Such a path cannot leave the folder it is resolved in (links aside).
 */
bool path_is_clean(struct view path);

/*
 * Returns whether NAME may name a recipe, an input or a root: 1 to 120 bytes of [A-Za-z0-9+._-],
 * starting with a letter or digit.
 */
bool path_is_name(struct view name);

/* Returns DIR "/" NAME, malloc'd, or NULL when out of memory. One slash joins them. */
char *path_join(const char *dir, const char *name);

/* Returns the last component of PATH (a pointer into it); "" when PATH ends in a slash. */
const char *path_base(const char *path);

/* Returns whether PATH is DIR or lies below it, as text. */
bool path_is_under(const char *path, const char *dir);

#endif
