/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Growing arrays without macros: keep `T *items; size_t n, cap;` side by side and call vec_grow
 * before each append:
 *
 *     T *p = vec_grow(s->items, &s->cap, s->n + 1, sizeof *p);
 *     if (!p)
 *             return -ENOMEM;
 *     s->items = p;
 *     s->items[s->n++] = x;
 */

/*
 * Returns ITEMS (malloc'd or NULL), moved if need be, with room for WANT elements of SIZE bytes;
 * *CAP is updated. NULL when out of memory: ITEMS is then still valid and still the caller's.
 */
void *vec_grow(void *items, size_t *cap, size_t want, size_t size);

/* A list of owned strings. */
struct strlist {
	char **items; /* owned, each owned; items[n] is NULL once anything was added */
	size_t n;     /* strings */
	size_t cap;   /* slots */
};

#define STRLIST_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Frees what L owns and makes it empty. */
void strlist_release(struct strlist *l);
/* Adds a copy of S. Returns 0 or -ENOMEM. */
int strlist_add(struct strlist *l, const char *s);
/* Adds formatted text. Returns 0 or -ENOMEM. */
int strlist_addf(struct strlist *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Sorts by byte order. */
void strlist_sort(struct strlist *l);
/* Returns whether S is one of the strings of L. */
bool strlist_has(const struct strlist *l, const char *s);

#endif
