/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_WRITE_H
#define VERIFY_WRITE_H

#include "base/buf.h"
#include "verify/compare.h"

/* Pieces that reports have in common. All add to B. */

/* Adds a line with the command that looks closer at how the trees A and B differ. */
void write_closer_look(struct buf *ret, const char *a, const char *b);
/* Adds a line for each of the first differences, and how many more there are. */
void write_differences(struct buf *b, const struct differences *d);
/* Adds the JSON member "differences", with all of them. */
void write_differences_json(struct buf *b, const struct differences *d);

#endif
