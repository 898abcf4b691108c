/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/suggest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
	NEAR_MAX = 40, /* longer words are not compared */
	FAR = 1000,
};

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

/* Returns whether the letters of WORD stand in CANDIDATE in this order, the first of them first. */
static bool abbreviates(const char *word, const char *candidate)
{
	if (*word != *candidate)
		return false;
	for (; *candidate && *word; candidate++)
		word += *word == *candidate;
	return !*word;
}

/* Returns how far WORD is from the nearest beginning of CANDIDATE. */
static size_t distance_to_beginning(const char *word, const char *candidate)
{
	char part[NEAR_MAX + 1];
	size_t len = strlen(candidate), best = NEAR_MAX;
	for (size_t i = 1; i <= len; i++) {
		memcpy(part, candidate, i);
		part[i] = '\0';
		size_t d = distance(word, part);
		if (d < best)
			best = d;
	}
	return best;
}

/* Returns how far CANDIDATE is from WORD: the kind of nearness in hundreds, then the edits; FAR: too far. */
static size_t rank(const char *word, const char *candidate)
{
	enum { KIND = 100 };
	size_t len = strlen(word), other = strlen(candidate), most = len / 3 + 1;
	if (len < 1 || strcmp(word, candidate) == 0 || len > NEAR_MAX || other > NEAR_MAX)
		return FAR;
	if (len > 1 && other > len && strncmp(word, candidate, len) == 0)
		return 0;
	size_t d = abbreviates(word, candidate) ? distance_to_beginning(word, candidate) : FAR;
	if (d <= most)
		return KIND + d;
	d = other > len + most || len > other + most ? FAR : distance(word, candidate);
	return d <= most ? 2 * KIND + d : FAR;
}

/* Fills RET with the nearest of WORDS, as many as are equally near. Returns how many. */
static size_t nearest(const char *word, const char *const *words, size_t n,
		      const char *ret[NEAR_SHOWN])
{
	size_t best = FAR, found = 0;
	for (size_t i = 0; i < n; i++) {
		size_t r = rank(word, words[i]);
		if (r < best) {
			best = r;
			found = 0;
		}
		if (r == best && r != FAR && found < NEAR_SHOWN)
			ret[found++] = words[i];
	}
	return found;
}

const char *near_word(const char *word, const char *const *words, size_t n)
{
	const char *found[NEAR_SHOWN];
	return nearest(word, words, n, found) ? found[0] : NULL;
}

void near_question(const char *word, const char *const *words, size_t n, const char *before,
		   char ret[NEAR_TEXT])
{
	const char *found[NEAR_SHOWN];
	size_t shown = nearest(word, words, n, found), at = 0;
	ret[0] = '\0';
	for (size_t i = 0; i < shown; i++)
		at += (size_t)snprintf(ret + at, NEAR_TEXT - at, "%s'%s%s'%s",
				       i == 0          ? "; did you mean "
				       : i + 1 < shown ? ", "
						       : " or ",
				       before, found[i], i + 1 < shown ? "" : "?");
}
