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
#include "publication/frame.h"

/*
 * What one builder key says it got, in one signed text: index/KEYID of a publication. In the frame of
 * publication/frame.h, with "boot-hurd index 1" as the first line, stand rows, sorted by NAME, then ACTION:
 *
 *     ACTION OBJECT DERIVATION SALT NAME
 *
 * ACTION, OBJECT and DERIVATION are SHA-256 in lower-case hex; OBJECT is "-" when the build failed.
 * SALT is 32 lower-case hex digits, or "-" when no commitment was made. No action occurs twice.
 */
enum {
	INDEX_SALT = 16,       /* bytes */
	INDEX_MAX = FRAME_MAX, /* bytes of a text that is read */
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
	 * signature is not part of it: one who carries an index could alter it.
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

#endif
