/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HASH_ED25519_H
#define HASH_ED25519_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/view.h"

/*
 * Ed25519 (RFC 8032) over libsodium, and named keys written as Nix writes them: "NAME:BASE64" of
 * the 32-byte public key, or of the 32-byte seed followed by the public key for a secret one.
 */
enum { ED25519_PUBLIC = 32, ED25519_SEED = 32, ED25519_SIGNATURE = 64, KEY_NAME_MAX = 120 };
struct key {
	char name[KEY_NAME_MAX + 1];
	unsigned char public[ED25519_PUBLIC];
	unsigned char seed[ED25519_SEED]; /* all zero when secret is false */
	bool secret;                      /* it can sign */
};

/* The identity of a key: lower-case hex SHA-256 of its public key, and a NUL. */
enum { KEY_ID = 64 };
void key_id(const struct key *k, char ret[KEY_ID + 1]);

/* Makes a new key called NAME (a name as path_is_name says, else ERR_SYNTAX). */
int key_generate(const char *name, struct key *ret, struct fault *f);
/* Wipes the secret part of K. */
void key_release(struct key *k);
/* Adds "NAME:BASE64" and no line end; the secret form when SECRET (K must have it). */
void key_write(const struct key *k, bool secret, struct buf *ret);
/*
 * Reads either form, a line end behind allowed. ERR_SYNTAX; ERR_SIGNATURE when a secret key's public
 * half does not belong to its seed, or the public key is not the one encoding of a point of the prime-order
 * group. RET is untouched on failure.
 */
int key_parse(struct view text, struct key *ret, struct fault *f);

/* Signs MESSAGE with the secret key K. 0 or ERR_SIGNATURE. */
int key_sign(const struct key *k, struct view message, unsigned char ret[ED25519_SIGNATURE]);
/*
 * Checks that SIGNATURE (exactly 64 bytes) over MESSAGE is by K. 0 or ERR_SIGNATURE, whatever bytes
 * stand in K and in the signature: S not below the order, or a point of small order, are refused.
 */
int key_verify(const struct key *k, struct view message, struct view signature);

#endif
