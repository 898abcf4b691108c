/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_CONFIG_H
#define PEERS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "hash/ed25519.h"
#include "peers/quorum.h"

/*
 * The configuration: peers and quorum. A JSON file; unknown members are refused:
 *
 *     { "peers":  [ { "name": NAME, "location": "https://…" | "http://…" | "/folder",
 *                     "keys": [ KEYID or "NAME:BASE64", … ],
 *                     "trust": [ "votes", "archives" ] }, … ],
 *       "quorum": { "need": NUMBER, "of": [ KEYID or a peer's NAME, … ] },
 *       "archives": [ "https://…/{sha256}…", … ],   where sources are looked up by their hash
 *       "daemon": { … } }                            not looked at here
 *
 * "trust" may be missing: then it is "votes". The name of a peer in "of" stands for its keys.
 */
enum config_trust {
	CONFIG_VOTES = 1,    /* what its keys sign counts */
	CONFIG_ARCHIVES = 2, /* outputs may be fetched from it */
};
enum { CONFIG_FILE_MAX = 1 << 20 };

struct config_key {
	char id[KEY_ID + 1];
	bool whole;     /* key is set; else only the id is known */
	struct key key; /* public */
};

struct config_peer {
	char *name, *location;   /* owned */
	struct config_key *keys; /* owned */
	size_t nkeys;
	unsigned trust; /* enum config_trust */
};

struct config {
	struct config_peer *peers; /* owned; names are unique */
	size_t npeers, peers_cap;
	unsigned need;        /* of the quorum; 0 = none */
	struct strlist of;    /* as written */
	struct quorum quorum; /* with the names replaced by keys */
	struct strlist
	    archives; /* see source/source.h; not looked at here but for their form */
	char *daemon; /* the canonical JSON of this member, or NULL; owned */
};

#define CONFIG_INIT \
	{ \
		NULL, 0, 0, 0, STRLIST_INIT, QUORUM_INIT, STRLIST_INIT, NULL \
	}

/* Frees what C owns and makes it empty. */
void config_release(struct config *c);
/* Reads TEXT into RET (CONFIG_INIT). ERR_CONFIG and ERR_SYNTAX name FILE and the member. */
int config_parse(struct view text, const char *file, struct config *ret, struct fault *f);
/* Reads the file PATH; a missing one is an empty configuration. */
int config_read(const char *path, struct config *ret, struct fault *f);
/* Adds C as JSON to RET, a peer a line. 0 or -ENOMEM. */
int config_write(const struct config *c, struct buf *ret);
/*
 * Adds a peer. ERR_EXISTS when the name is taken; ERR_USAGE says what is wrong with the rest.
 */
int config_add(struct config *c, const char *name, const char *location,
	       const struct strlist *keys, unsigned trust, struct fault *f);
/*
 * Removes the peer NAME. ERR_MISSING; ERR_EXISTS when the quorum names it.
 */
int config_remove(struct config *c, const char *name, struct fault *f);
/* Returns the peer NAME, or NULL. */
const struct config_peer *config_peer(const struct config *c, const char *name);
/*
 * Finds the public key with this ID: in the configuration, then among the N KNOWN. NULL: nobody has
 * said it.
 */
const struct key *config_key(const struct config *c, const char *id, const struct key *known,
			     size_t n);
/* Returns the file to use, malloc'd: $BOOT_HURD_CONFIG, else below the XDG folder; NULL: no home. */
char *config_path(void);

#endif
