/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/suggest.h"

#include <string.h>

enum { NEAR_MAX = 40 }; /* longer words are not compared */

/* Returns the insertions, deletions, replacements and swaps that turn A into B. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NEAR_MAX + 1];
	size_t na = strlen(a), nb = strlen(b);
	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *cur = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
		cur[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t d = up[j - 1] + (a[i - 1] != b[j - 1]);
			if (up[j] + 1 < d)
				d = up[j] + 1;
			if (cur[j - 1] + 1 < d)
				d = cur[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < d)
				d = up2[j - 2] + 1;
			cur[j] = d;
		}
	}
	return rows[na % 3][nb];
}

const char *near_word(const char *word, const char *const *words, size_t n)
{
	size_t len = strlen(word);
	size_t best = len / 3 + 1;
	const char *found = NULL;
	if (len > NEAR_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(words[i]);
		if (other > NEAR_MAX || other > len + best || len > other + best)
			continue;
		size_t d = distance(word, words[i]);
		if (d < best || (d == best && !found)) {
			best = d;
			found = words[i];
		}
	}
	return found;
}
