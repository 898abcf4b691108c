/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_PEER_H
#define PEERS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "peers/config.h"
#include "peers/peer_history.h"
#include "peers/quorum.h"
#include "publication/commitments.h"

/*
 * Asking peers: one file that names the keys, then an index and the commitments of each known key.
 * No archive moves. What a peer says wrong, or does not say, costs its word only: it becomes a
 * finding, never a failure of the whole. A key's newest index counts, whoever brought it.
 */
struct peer_ops {
	void *ctx;
	/*
	 * Adds the file PATH of the publication at LOCATION to RET, at most MAX bytes. PACKED: the
	 * peer may hold it compressed, as PATH.zst; what comes is plain. ERR_MISSING: it is not there.
	 * Called from several threads at once.
	 */
	int (*get)(void *ctx, const char *location, const char *path, bool packed, size_t max,
		   struct buf *ret, struct fault *f);
	/* Tells that P is going to be asked. May be NULL. */
	void (*progress)(void *ctx, const struct config_peer *p);
};

/* What came from one peer about one key. */
struct peer_key {
	char id[KEY_ID + 1];
	bool known;         /* its public key is known; else nothing was asked */
	bool own;           /* the peer lists it as its own; else it relays */
	bool good;          /* an index by it came and counts */
	uint64_t serial;    /* of it */
	size_t rows;        /* answers in it */
	size_t commitments; /* that came */
	struct fault fault; /* why not good, or what else is wrong */
};

struct peer_answer {
	const struct config_peer *peer;
	struct fault fault;    /* code 0: it answered */
	struct peer_key *keys; /* owned */
	size_t nkeys;
};

/* A builder's newest index. */
struct peer_index {
	struct index index;
	struct digest text; /* SHA-256 of the file that the first peer brought */
	bool votes;         /* a peer that lists the key is trusted for votes */
	size_t *from;       /* the peers that brought it, by number; owned */
	size_t nfrom;
};

struct peers {
	struct peer_answer *answers; /* as in the configuration; owned */
	size_t n;
	struct peer_index *indexes; /* one a key; owned */
	size_t nindexes, cap;
};

#define PEERS_INIT \
	{ \
		NULL, 0, NULL, 0, 0 \
	}

void peers_release(struct peers *p);
/*
 * Asks all peers of C, or only the one called ONLY. KNOWN are N further public keys. SEEN is looked
 * at and brought up to date; the caller keeps it. Negative only when out of memory.
 */
int peers_ask(const struct config *c, const char *only, const struct key *known, size_t n,
	      const struct peer_ops *ops, struct seen *seen, struct peers *ret,
	      struct fault *f);
/*
 * Adds what every key says about ACTION of derivation DRV, of which we have OBJECT (NULL: nothing),
 * to RET.
 */
int peers_votes(const struct peers *p, const struct seen *seen, const struct digest *action,
		const struct digest *drv, const struct digest *object, struct votes *ret);
/* Returns the name of a peer that lists KEY as its own, or NULL. */
const char *peers_owner(const struct peers *p, const char *key);

#endif
