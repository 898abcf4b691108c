/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECIPE_PATTERN_H
#define RECIPE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/view.h"

/*
 * Lua patterns (Lua 5.4 baseline manual, section 6.4.1) with a budget. The matcher of the Lua
 * library cannot be interrupted, and some patterns make it run for years; this one stops when its
 * steps are used up. Classes are those of ASCII, whatever the locale.
 */
enum {
	PATTERN_CAPTURES = 32, /* most captures in a pattern */
	PATTERN_POSITION = -1, /* length of a position capture */
	PATTERN_OPEN = -2,     /* length of a capture not closed yet */
	PATTERN_DEPTH = 200,   /* nested calls of the matcher */
};

/* Part of the subject that a capture holds. */
struct pattern_capture {
	size_t start;  /* offset in the subject */
	ptrdiff_t len; /* bytes, or PATTERN_POSITION */
};

struct pattern {
	struct view subject;
	struct view text;  /* the pattern, without a leading ^ */
	int64_t *steps;    /* budget; borrowed; counted down */
	const char *error; /* after PATTERN_ERROR: what is wrong, a constant text */
	struct pattern_capture captures[PATTERN_CAPTURES];
	int ncaptures;
	int depth; /* of nested calls */
};

enum { PATTERN_NONE = -1, PATTERN_ERROR = -2 };

/*
 * Matches P at offset AT of its subject. Returns the offset after the match, PATTERN_NONE, or
 * PATTERN_ERROR (P->error is set; when *P->steps is negative, the budget was used up).
 */
ptrdiff_t pattern_match(struct pattern *p, size_t at);

/* Returns whether TEXT holds none of the characters that are special in patterns. */
int pattern_is_plain(struct view text);

#endif
