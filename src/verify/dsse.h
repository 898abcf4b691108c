/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_DSSE_H
#define VERIFY_DSSE_H

#include "base/buf.h"
#include "hash/ed25519.h"

/*
 * DSSE envelopes (Dead Simple Signing Envelope, protocol and envelope v1.0.2):
 *
 *     { "payload": BASE64, "payloadType": TYPE,
 *       "signatures": [ { "keyid": KEY-ID, "sig": BASE64 } ] }
 *
 * What is signed is PAE(TYPE, payload) = "DSSEv1 " LEN(TYPE) " " TYPE " " LEN(payload) " " payload,
 * with lengths in decimal bytes.
 */
#define DSSE_IN_TOTO "application/vnd.in-toto+json"
enum { DSSE_MAX = 4 << 20 }; /* bytes of an envelope that is read */

/* Adds the envelope of PAYLOAD, signed with the secret key K, to RET. */
int dsse_sign(const struct key *k, const char *type, struct view payload, struct buf *ret,
	      struct fault *f);
/*
 * Opens ENVELOPE: at least one signature must be by one of the N KEYS. Adds the payload to RET;
 * *ret_key is the index of the key. ERR_SYNTAX; ERR_SIGNATURE when there is none by these keys, or
 * one that claims to be and is false, or the type is not TYPE.
 */
int dsse_open(struct view envelope, const char *type, const struct key *keys, size_t n,
	      struct buf *ret, size_t *ret_key, struct fault *f);

#endif
