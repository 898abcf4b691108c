/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_SUBSTITUTES_H
#define PEERS_SUBSTITUTES_H

#include "peers/peer.h"

/* What the quorum's keys say of actions, and where the archives can be had. */
struct substitutes {
	struct config config;
	struct peers peers;
	struct seen seen;
	const char **locations; /* of the peers trusted for archives that answered; owned */
	size_t n;
};

#define SUBSTITUTES_INIT \
	{ \
		CONFIG_INIT, PEERS_INIT, SEEN_INIT, NULL, 0 \
	}

void substitutes_release(struct substitutes *s);
/*
 * Takes CONFIG (the caller's no more, also on failure), read from PATH, and looks at its peers. ERR_CONFIG
 * when there is no quorum, or nobody is trusted for archives. Who gave no answer is in the peers' faults.
 */
int substitutes_look(const char *state, const char *path, struct config *config,
		     const struct peer_ops *ops, struct substitutes *ret, struct fault *f);

enum { SUBSTITUTE_KEYS = 4 };

/* What the quorum agrees on. */
struct substitute {
	struct digest action, object;
	char keys[SUBSTITUTE_KEYS][KEY_ID + 1]; /* ids of some who say so */
	size_t nkeys;
};

/* Finds what the quorum agrees on for ACTION of derivation DRV. Returns whether there is anything. */
bool substitutes_find(const struct substitutes *s, const struct digest *action,
		      const struct digest *drv, struct substitute *ret);
/*
 * The same for whichever action the derivation DRV became. Two actions on which it agrees give nothing: who
 * is right is found out by resolving it.
 */
bool substitutes_find_drv(const struct substitutes *s, const struct digest *drv,
			  struct substitute *ret);

#endif
