/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_PINS_FILE_H
#define RECIPE_PINS_FILE_H

#include "base/err.h"
#include "base/vec.h"
#include "base/view.h"

/*
 * The file RECIPES/pins: which version and URI each pin was last used with.
 *
 *     boot-hurd pins 1
 *     PIN NAME VERSION URI      a line each; PIN is "sha256:HEX" or "git:COMMIT"
 */
#define PINS_MAGIC "boot-hurd pins 1"

/*
 * Reads TEXT, the file PATH, and adds its lines to RET, which is then sorted. ERR_SYNTAX, F with the line, or
 * -ENOMEM.
 */
int pins_parse(struct view text, const char *path, struct strlist *ret, struct fault *f);
/* Returns the length of "PIN NAME " at the start of LINE; 0: there is no such thing. */
size_t pins_key(const char *line);

#endif
