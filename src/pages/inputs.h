/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGES_INPUTS_H
#define PAGES_INPUTS_H

#include "base/arena.h"
#include "base/map.h"
#include "store/store.h"

/*
 * What derivations are built from, as far as it was asked for. That never changes, while all else that is known of
 * them does; so it is kept when the model is read again.
 */
struct inputs {
	struct arena arena;
	struct map by_drv; /* of struct inputs_of; keys in the arena */
};

#define INPUTS_INIT \
	{ \
		.arena = ARENA_INIT, .by_drv = MAP_INIT \
	}

/* The inputs of one derivation. */
struct inputs_of {
	struct digest drv;
	struct digest *drvs; /* in the arena of struct inputs */
	size_t n;
};

/*
 * Finds the inputs of DRV; what the store does not know, or cannot read as a derivation, has none. RET lives as long
 * as I. 0 or negative.
 */
int inputs_find(struct inputs *i, struct store *s, const struct digest *drv,
		const struct inputs_of **ret);
/* Forgets all when there are far more than WANTED derivations: most are not asked for any more. */
void inputs_trim(struct inputs *i, size_t wanted);
void inputs_release(struct inputs *i);

#endif
