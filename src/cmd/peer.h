/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PEER_H
#define CMD_PEER_H

#include "cmd/cmd.h"
#include "peers/substitutes.h"

/* What the commands that ask peers share. */

/* Reads the configuration of this user; RET_PATH (may be NULL) gets its file, malloc'd. */
int cmd_config(struct config *ret, char **ret_path, struct fault *f);
/*
 * Looks at the peers of C (or ONLY one) over the network or in folders; the network needs --offline not to
 * be given. See peers_look.
 */
int cmd_look(struct cmd *cmd, const struct config *c, const char *only, struct peers *ret,
	     struct seen *ret_seen, struct fault *f);
/*
 * Adds a peer to CONFIG as a person names it: a folder by any path that leads to it, a key by what config_add takes or
 * by its name here.
 */
int cmd_add_peer(struct cmd *c, struct config *config, const char *name, const char *location,
		 const struct strlist *keys, unsigned trust, struct fault *f);
/* A peer for one run, in the place of the configuration. */
struct one_peer {
	const char *location; /* NULL: none, the configuration counts */
	struct strlist
	    keys; /* "NAME:BASE64", or names or ids of known keys; all of them must agree */
};
/* Looks for what build --substitute may take, from ONLY or from all. See substitutes_look. */
int cmd_substitutes(struct cmd *c, const struct one_peer *only, struct substitutes *ret,
		    struct fault *f);
/* build_options.offer and .offer_drv; CTX is the struct substitutes. */
bool cmd_offer(void *ctx, const struct action *a, struct build_offer *ret);
bool cmd_offer_drv(void *ctx, const struct drv *d, struct build_offer *ret);

#endif
