/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_UPDATE_H
#define PUBLICATION_UPDATE_H

#include "base/err.h"
#include "hash/ed25519.h"
#include "publication/commitments.h"
#include "publication/index.h"
#include "publication/publish.h"

/*
 * What one key says in a publication, brought up to date: what an earlier run said stays unless this one
 * says something else, and nothing is written when nothing is new. STATE is the state folder, which knows
 * the key's serials (publication/serial.h).
 */

/* Reads K's own index; nothing when there is none. What is there but broken is an error. */
int publish_own_index(struct publish *p, const struct key *k, struct index *ret,
		      struct fault *f);
/* Publishes the rows of NEW, and those of OLD, K's own index, that NEW does not replace. NEW gets all. */
int publish_index(struct publish *p, const char *state, const struct key *k,
		  const struct index *old, struct index *new, struct fault *f);
/* Commits to ROWS, beside the commitments of earlier runs. Sorts ROWS. */
int publish_commitments(struct publish *p, const char *state, const struct key *k,
			struct index *rows, struct fault *f);
/* Names the keys that the publication lists. */
int publish_keys(struct publish *p, struct fault *f);

#endif
