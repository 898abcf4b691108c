/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/view.h"

/*
 * An arena: memory that lives and dies together (a recipe evaluation, a graph). Passed explicitly;
 * there is no global one.
 */
struct arena {
	struct arena_block *head; /* newest block; owned */
	size_t used;              /* bytes handed out in all */
};

#define ARENA_INIT \
	{ \
		NULL, 0 \
	}

/* Frees everything handed out by A and makes it empty. */
void arena_release(struct arena *a);
/* Returns N zeroed bytes aligned for any type, or NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t n);
/* Returns zeroed room for N elements of SIZE bytes, or NULL (also when N*SIZE overflows). */
void *arena_array(struct arena *a, size_t n, size_t size);
/* Returns a NUL-terminated copy of V, or NULL. */
char *arena_strv(struct arena *a, struct view v);
/* Returns a copy of the NUL-terminated S, or NULL. */
char *arena_str(struct arena *a, const char *s);
/* Returns a formatted text, or NULL. */
char *arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
