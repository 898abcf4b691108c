/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_PEERS_H
#define CMD_PEERS_H

#include "cmd/cmd.h"
#include "peers/peer.h"

/* What the commands that ask peers share. */

/* Reads the configuration of this user; RET_PATH (may be NULL) gets its file, malloc'd. */
int cmd_config(struct config *ret, char **ret_path, struct fault *f);
/*
 * Asks the peers of C (or ONLY one) over the network or in folders; the network needs --offline not
 * to be given. What has been seen is kept in the state folder, in peers/seen; RET_SEEN is its state
 * now.
 */
int cmd_ask_peers(struct cmd *cmd, const struct config *c, const char *only, struct peers *ret,
		  struct seen *ret_seen, struct fault *f);

#endif
