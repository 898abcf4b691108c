/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_INDEX_H
#define PUBLICATION_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * What one builder key says it got, in one signed text: index/KEYID of a publication. Each line ends
 * in LF; nothing else is allowed, so that there is one spelling of each index:
 *
 *     boot-hurd index 1
 *     key KEYID                     64 hex digits, as key_id writes
 *     serial DECIMAL                grows with each new version; 1 or more, below 2^53
 *     time DECIMAL                  seconds since 1970 when it was written; below 2^53
 *     ACTION OBJECT DERIVATION SALT NAME        each row; sorted by NAME, then ACTION
 *     signature BASE64              Ed25519, see below
 *
 * What is signed is "boot-hurd signature 1" LF HASH LF, where HASH is the SHA-256, in hex, of all bytes
 * before the last line. ACTION, OBJECT and DERIVATION are SHA-256 in lower-case hex; OBJECT is "-" when the build failed.
 * SALT is 32 lower-case hex digits, or "-" when no commitment was made. No action occurs twice.
 *
 * Before a builder looks at what others got it may publish commitments/KEYID: the same frame, with
 * "boot-hurd commitments 1" as the first line, and as rows, sorted, each action once:
 *
 *     ACTION COMMITMENT
 *
 * COMMITMENT is the SHA-256 of "boot-hurd commitment 1", KEYID, ACTION, OBJECT and SALT, each with
 * an LF behind it, written as in the index. The salt keeps others from guessing the object.
 */
enum {
	INDEX_SALT = 16,      /* bytes */
	INDEX_MAX = 64 << 20, /* bytes of a text that is read */
};

/* One answer. */
struct index_row {
	struct digest action, drv;
	struct digest object; /* all zero when the build failed */
	bool failed;
	bool salted; /* a commitment was made */
	unsigned char salt[INDEX_SALT];
	const char *name; /* of the derivation; owned by the index */
};

struct index {
	char key[KEY_ID + 1]; /* who says so */
	/*
	 * What it says: SHA-256 of all bytes before the signature's line; after parse and write. The
	 * signature is no part of it: one who carries an index could alter it.
	 */
	struct digest content;
	uint64_t serial;
	uint64_t time_s;        /* since 1970 */
	struct index_row *rows; /* owned; sorted by name and action after parse and write */
	size_t n, cap;
	size_t *by_action,
	    *by_drv; /* rows in the order of these digests; owned; after index_sort */
};

#define INDEX_INIT \
	{ \
		"", {{0}}, 0, 0, NULL, 0, 0, NULL, NULL \
	}

/* Frees what X owns and makes it empty. */
void index_release(struct index *x);
/* Adds a copy of ROW. ERR_SYNTAX when its name cannot be one. */
int index_add(struct index *x, const struct index_row *row, struct fault *f);
/* Sorts the rows and makes the lookups. ERR_EXISTS when an action occurs twice. */
int index_sort(struct index *x, struct fault *f);
/* Sorts X, names K as its key, signs, and adds the text to RET. X->serial must be set. */
int index_write(struct index *x, const struct key *k, struct buf *ret, struct fault *f);
/*
 * Reads TEXT, which must be signed by K; RET (INDEX_INIT) is sorted. ERR_SIGNATURE: another key, or
 * a false signature; nothing but the frame is looked at before. ERR_SYNTAX names the line; ERR_LIMIT.
 */
int index_parse(struct view text, const struct key *k, struct index *ret, struct fault *f);
/* Returns the row of ACTION, or NULL. */
const struct index_row *index_of_action(const struct index *x, const struct digest *action);
/*
 * Gets the rows of derivation DRV: positions *RET to *RET + the number returned, for by_drv.
 */
size_t index_of_drv(const struct index *x, const struct digest *drv, size_t *ret);

/* One commitment. */
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

#endif
