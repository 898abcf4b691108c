/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_STAMP_H
#define RECIPE_STAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * What the file system says of a file or tree, which changes with its content: device, inode, size, mode,
 * and both times in nanoseconds. The time of change cannot be set by anybody, so a file that is replaced by
 * one of the same size and time has another stamp.
 *
 * A change within the same tick of the clock would go unseen. So what was changed less than STAMP_SETTLES_NS
 * before it was looked at has no stamp, which is equal to none, not even to itself: its content is read.
 */
struct stamp {
	uint64_t v[6]; /* all zeros: none */
};

enum { STAMP_SETTLES_NS = 2000000000 }; /* the coarsest clock of a file system: FAT's */

/* Makes the stamp of a file that stat(2) told ST of, NOW_NS or later (since 1970). */
void stamp_file(const struct stat *st, int64_t now_ns, struct stamp *ret);
/* The same of the tree PATH, with all that is in it. 0 or negative. */
int stamp_tree(const char *path, int64_t now_ns, struct stamp *ret, struct fault *f);
/* Returns whether S is one at all. */
bool stamp_is_set(const struct stamp *s);
/* Returns whether both are set and equal: nothing has changed. */
bool stamp_same(const struct stamp *a, const struct stamp *b);

#endif
