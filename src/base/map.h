/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>

#include "base/view.h"

/*
 * A hash map from byte strings to pointers, walked in the order of insertion. Keys are borrowed:
 * they must outlive the map (an arena is the usual home). Values are the caller's.
 */
struct map_entry {
	struct view key; /* borrowed */
	void *value;     /* the caller's */
	unsigned hash;   /* of key */
};

struct map {
	struct map_entry *entries; /* in insertion order; owned */
	size_t n, cap;             /* entries in use, allocated */
	unsigned *slots;           /* index + 1 into entries, 0 = free; owned */
	size_t nslots;             /* a power of two, or 0 */
};

#define MAP_INIT \
	{ \
		NULL, 0, 0, NULL, 0 \
	}

/* Frees what M owns (not keys or values) and makes it empty. */
void map_release(struct map *m);
/* Returns the value of KEY, or NULL when there is none. */
void *map_get(const struct map *m, struct view key);
/* Returns the entry of KEY, or NULL. The pointer holds until the next map_put. */
struct map_entry *map_find(const struct map *m, struct view key);
/* Sets the value of KEY. Returns 1 when KEY was new, 0 when replaced, -ENOMEM. */
int map_put(struct map *m, struct view key, void *value);

#endif
