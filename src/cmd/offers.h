/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_OFFERS_H
#define CMD_OFFERS_H

#include "cmd/cmd.h"
#include "peers/peer.h"

/* What the quorum's keys say of actions, and where archives can be had: for build --substitute. */
struct offers {
	struct config config;
	struct peers peers;
	struct seen seen;
	const char **locations; /* of the peers trusted for archives that answered; owned */
	size_t n;
};

#define OFFERS_INIT \
	{ \
		CONFIG_INIT, PEERS_INIT, SEEN_INIT, NULL, 0 \
	}

/* Asks the peers. ERR_CONFIG when there is no quorum, or nobody is trusted for archives. */
int offers_ask(struct cmd *c, struct offers *ret, struct fault *f);
void offers_release(struct offers *o);
/* A build_options.offer; CTX is the struct offers. */
bool offers_find(void *ctx, const struct action *a, struct build_offer *ret);
/* A build_options.offer_drv; the same CTX. */
bool offers_find_drv(void *ctx, const struct drv *d, struct build_offer *ret);

#endif
