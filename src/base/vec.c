/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/vec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *vec_grow(void *items, size_t *cap, size_t want, size_t size)
{
	if (items && want <= *cap)
		return items;
	size_t n = *cap ? *cap : 8;
	while (n < want) {
		if (n > SIZE_MAX / 2)
			return NULL;
		n *= 2;
	}
	if (n > SIZE_MAX / size)
		return NULL;
	void *p = realloc(items, n * size);
	if (p)
		*cap = n;
	return p;
}

void strlist_release(struct strlist *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct strlist)STRLIST_INIT;
}

/* Adds S itself, which the list now owns (freed on failure; NULL counts as out of memory). */
static int strlist_take(struct strlist *l, char *s)
{
	char **p = s ? vec_grow(l->items, &l->cap, l->n + 2, sizeof *p) : NULL;
	if (!p) {
		free(s);
		return -ENOMEM;
	}
	l->items = p;
	l->items[l->n++] = s;
	l->items[l->n] = NULL;
	return 0;
}

int strlist_add(struct strlist *l, const char *s)
{
	return strlist_take(l, strdup(s));
}

int strlist_addf(struct strlist *l, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return strlist_take(l, s);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strlist_sort(struct strlist *l)
{
	if (l->n)
		qsort(l->items, l->n, sizeof *l->items, compare_strings);
}

bool strlist_has(const struct strlist *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->items[i], s) == 0)
			return true;
	return false;
}
