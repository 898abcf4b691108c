/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_SUGGEST_H
#define RECIPE_SUGGEST_H

#include <stddef.h>

/*
 * Returns the one of the N words that is nearest to WORD by edits, or NULL when none is near enough
 * to be what was meant.
 */
const char *near_word(const char *word, const char *const *words, size_t n);

#endif
