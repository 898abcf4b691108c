/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_COMMITMENTS_H
#define PUBLICATION_COMMITMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "hash/digest.h"
#include "hash/ed25519.h"
#include "publication/index.h"

/*
 * Before a builder looks at what others got it may publish commitments/KEYID: the frame of
 * publication/frame.h, with "boot-hurd commitments 1" as the first line, and as rows, sorted, each action
 * once:
 *
 *     ACTION COMMITMENT
 *
 * COMMITMENT is the SHA-256 of "boot-hurd commitment 1", KEYID, ACTION, OBJECT and SALT, each with
 * an LF behind it, written as in the index. The salt keeps others from guessing the object.
 */

struct commitment {
	struct digest action, commitment;
};

struct commitments {
	char key[KEY_ID + 1];
	uint64_t serial, time_s;
	struct commitment *rows; /* owned; sorted by action after parse and write */
	size_t n, cap;
};

#define COMMITMENTS_INIT \
	{ \
		"", 0, 0, NULL, 0, 0 \
	}

void commitments_release(struct commitments *c);
/* Adds the commitment of KEYID to the answer ROW, which must be salted. 0 or -ENOMEM. */
int commitments_add(struct commitments *c, const char *key, const struct index_row *row);
/* Adds a copy of ROW. 0 or -ENOMEM. */
int commitments_put(struct commitments *c, const struct commitment *row);
/* As their namesakes for indexes. */
int commitments_write(struct commitments *c, const struct key *k, struct buf *ret,
		      struct fault *f);
int commitments_parse(struct view text, const struct key *k, struct commitments *ret,
		      struct fault *f);
/* Returns the commitment to ACTION, or NULL. */
const struct commitment *commitments_of_action(const struct commitments *c,
					       const struct digest *action);
/* Computes the commitment of KEYID to the answer ROW. 0 or -ENOMEM. */
int commitment_make(const char *key, const struct index_row *row, struct digest *ret);

/*
 * The salts of the commitments that a key made: the file salts/KEYID of the state folder STATE, guarded,
 * a line "ACTION SALT" for each, both in lower-case hex.
 */
struct salt {
	struct digest action;
	unsigned char salt[INDEX_SALT];
};
struct salts {
	struct map items;   /* action to struct salt, in the order of the file */
	struct arena arena; /* holds them */
	bool changed;       /* since they were read */
};

void salts_release(struct salts *s);
/* Reads the salts of K; none yet is fine. */
int salts_read(const char *state, const struct key *k, struct salts *ret, struct fault *f);
/* Writes them when they have changed. */
int salts_write(const char *state, const struct key *k, struct salts *s, struct fault *f);
/* Salts ROW with the salt that its action has, or, with MAKE, a new one. Else it stays unsalted. */
int salts_apply(struct salts *s, bool make, struct index_row *row, struct fault *f);

#endif
