/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PROGRESS_BLOCK_H
#define CMD_PROGRESS_BLOCK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"

/* The lines at the bottom of a terminal that are drawn again and again. */
struct progress_block {
	size_t widths[16]; /* columns of each line on the screen */
	size_t n;          /* lines on the screen */
};

/* Removes B from the screen: also where the terminal became narrower, so that lines take several rows. */
void progress_block_erase(struct progress_block *b);
/* Draws LINES, which have no control characters, each cut to the width of the terminal. */
void progress_block_draw(struct progress_block *b, const struct strlist *lines);

/* Adds the last line that the file PATH has so far, escaped. */
void progress_last_line(const char *path, struct buf *ret);

#endif
