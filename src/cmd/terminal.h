/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* What the terminal that shows standard error can do, be it a daemon's client's. */

/* Returns its columns, or 0: there is none that can show a block of lines. */
int terminal_columns(void);

/* Colours for words. */
enum terminal_colour { TERMINAL_PLAIN, TERMINAL_RED, TERMINAL_GREEN, TERMINAL_YELLOW };

/*
 * Says when colours are used: WHEN is "always", "never", or "auto", which is a terminal that is not dumb, unless
 * NO_COLOR is set to anything. ERR_USAGE when it is another word.
 */
int terminal_set_color(const char *when, struct fault *f);
/* Returns what begins COLOUR on standard error, or "". TERMINAL_PLAIN ends one. */
const char *terminal_colour(enum terminal_colour colour);

/* Returns the columns that TEXT, which ends in NUL and has no control characters, takes. */
size_t terminal_width(const char *text);
/* Adds the beginning of TEXT to RET, at most COLUMNS wide; "…" stands for what was cut off. */
void terminal_fit(const char *text, size_t columns, struct buf *ret);

#endif
