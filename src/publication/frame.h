/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PUBLICATION_FRAME_H
#define PUBLICATION_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * What stands around the rows of a signed text of a publication. Each line ends in LF; nothing else is
 * allowed, so that there is one spelling of each text:
 *
 *     MAGIC
 *     key KEYID                     64 hex digits, as key_id writes
 *     serial DECIMAL                grows with each new version; 1 or more, below 2^53
 *     time DECIMAL                  seconds since 1970 when it was written; below 2^53
 *     …                             the rows
 *     signature BASE64              Ed25519
 *
 * What is signed is "boot-hurd signature 1" LF HASH LF, where HASH is the SHA-256, in hex, of all bytes
 * before the last line.
 */
enum { FRAME_MAX = 64 << 20 }; /* bytes of a text that is read */

struct frame {
	char key[KEY_ID + 1];
	struct digest content; /* of all before the signature's line */
	uint64_t serial, time_s;
	struct view rows; /* whole lines; points into the text */
};

/*
 * Reads the frame of TEXT, whose first line is MAGIC and which must be signed by K. ERR_SIGNATURE: another
 * key, or a false signature; nothing but the frame is looked at before. ERR_SYNTAX names the line;
 * ERR_LIMIT.
 */
int frame_parse(struct view text, const char *magic, const struct key *k, struct frame *ret,
		struct fault *f);
/* Adds the lines before the rows. */
void frame_add_head(struct buf *b, const char *magic, const char *key, uint64_t serial,
		    uint64_t time_s);
/* Signs what stands in B from byte FROM on and adds the signature's line. RET gets the hash of it. */
int frame_sign(struct buf *b, size_t from, const struct key *k, struct digest *ret,
	       struct fault *f);

/* Takes a word of exactly LEN characters and the space behind it off V. */
bool frame_take_word(struct view *v, size_t len, struct view *ret);
/* The same for a digest in lower-case hex. */
bool frame_take_digest(struct view *v, struct digest *ret);

#endif
