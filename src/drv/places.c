/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "drv/drv.h"

/* Returns the slot in which D stands or would stand; there is a free one. */
static size_t slot_of(const struct drv_places *p, const struct drv *d)
{
	/* Fibonacci hashing: the upper bits of the product depend on all of the address. */
	size_t i = (size_t)((uint64_t)(uintptr_t)d * UINT64_C(0x9E3779B97F4A7C15) >> 32);
	while (i &= p->nslots - 1, p->slots[i].drv && p->slots[i].drv != d)
		i++;
	return i;
}

/* Doubles the room. */
static int grow(struct drv_places *p)
{
	struct drv_places more = {.nslots = p->nslots ? 2 * p->nslots : 64, .n = p->n};
	more.slots = calloc(more.nslots, sizeof *more.slots);
	if (!more.slots)
		return -ENOMEM;
	for (size_t i = 0; i < p->nslots; i++)
		if (p->slots[i].drv)
			more.slots[slot_of(&more, p->slots[i].drv)] = p->slots[i];
	free(p->slots);
	*p = more;
	return 0;
}

int drv_places_add(struct drv_places *p, const struct drv *d)
{
	/* At most half of the slots are in use. */
	int r = 2 * p->n >= p->nslots ? grow(p) : 0;
	if (r < 0)
		return r;
	struct drv_place *at = &p->slots[slot_of(p, d)];
	if (!at->drv)
		*at = (struct drv_place){d, p->n};
	p->n++;
	return 0;
}

int drv_places_init(struct drv_places *p, const struct drv *const *nodes, size_t n)
{
	int r = 0;
	*p = (struct drv_places)DRV_PLACES_INIT;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = drv_places_add(p, nodes[i]);
	return r;
}

void drv_places_release(struct drv_places *p)
{
	free(p->slots);
	*p = (struct drv_places)DRV_PLACES_INIT;
}

size_t drv_place(const struct drv_places *p, const struct drv *d)
{
	const struct drv_place *at = p->nslots ? &p->slots[slot_of(p, d)] : NULL;
	return at && at->drv ? at->at : p->n;
}
