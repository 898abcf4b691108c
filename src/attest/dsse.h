/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_DSSE_H
#define ATTEST_DSSE_H

#include "base/buf.h"
#include "base/limits.h"
#include "hash/ed25519.h"

/*
 * DSSE envelopes (Dead Simple Signing Envelope, protocol and envelope v1.0.2):
 *
 *     { "payload": BASE64, "payloadType": TYPE,
 *       "signatures": [ { "keyid": KEY-ID, "sig": BASE64 } ] }
 *
 * What is signed is PAE(TYPE, payload) = "DSSEv1 " LEN(TYPE) " " TYPE " " LEN(payload) " " payload,
 * with lengths in decimal bytes.
 *
 * Read is all that the protocol says a verifier must take: either alphabet of base64, several
 * signatures of which false ones are passed over, members that we do not know, and any key id or none:
 * it is a hint that nothing depends on.
 */
#define DSSE_IN_TOTO "application/vnd.in-toto+json"
enum {
	DSSE_MAX = LIMIT_READ_ENVELOPE, /* bytes of an envelope that is read or written */
	DSSE_SIGNATURES_MAX = LIMIT_READ_SIGNATURES, /* of one envelope */
};

/* Adds the envelope of PAYLOAD, signed with the secret key K, to RET. ERR_LIMIT: it would be too large. */
int dsse_sign(const struct key *k, const char *type, struct view payload, struct buf *ret,
	      struct fault *f);
/*
 * Opens ENVELOPE: at least one signature must be by one of the N KEYS. Adds the payload to RET;
 * *ret_key is the index of the key. ERR_SYNTAX; ERR_LIMIT; ERR_SIGNATURE when there is none by these
 * keys, or the type is not TYPE.
 */
int dsse_open(struct view envelope, const char *type, const struct key *keys, size_t n,
	      struct buf *ret, size_t *ret_key, struct fault *f);

#endif
