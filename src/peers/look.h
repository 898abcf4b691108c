/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_LOOK_H
#define PEERS_LOOK_H

#include "peers/peer.h"

/*
 * A look at the peers: all of C, or only the one called ONLY, are asked about the keys that the state folder
 * STATE knows, and what has been seen is kept there, in peers/seen, under the lock peers/lock: two looks at a
 * time would lose one. RET_SEEN is what has been seen, this look included.
 *
 * When each peer last answered, and of when the newest index by a key of its own is, is kept in
 * peers/answered, a line "NAME SECONDS SECONDS" a peer, both since 1970; the second is 0 when none came.
 */
int peers_look(const char *state, const struct config *c, const char *only,
	       const struct peer_ops *ops, struct peers *ret, struct seen *ret_seen,
	       struct fault *f);

#endif
