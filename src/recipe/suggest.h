/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_SUGGEST_H
#define RECIPE_SUGGEST_H

#include <stddef.h>

/*
 * What may have been meant by a word that is none of those that there are. One that begins with it counts before one
 * that it abbreviates (its letters stand there in this order), and that before one that is near by edits.
 */
enum { NEAR_SHOWN = 3, NEAR_TEXT = 256 };

/* Returns the nearest of the N words to WORD, or NULL when none is near enough to be what was meant. */
const char *near_word(const char *word, const char *const *words, size_t n);
/*
 * Writes "; did you mean 'X'?" or "… 'X', 'Y' or 'Z'?" when several are equally near, each with BEFORE ("--") before it;
 * nothing when none is near.
 */
void near_question(const char *word, const char *const *words, size_t n, const char *before,
		   char ret[NEAR_TEXT]);

#endif
