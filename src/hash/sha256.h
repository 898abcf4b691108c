/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HASH_SHA256_H
#define HASH_SHA256_H

#include <stddef.h>

#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"

/* Streaming SHA-256 over libgcrypt: init, update any number of times, final (which frees). */
struct sha256 {
	void *handle; /* libgcrypt's; owned between init and final or release */
};

/*
 * Prepares libgcrypt; safe to call from several threads, any number of times: what the first call got is what
 * all get. A program calls it first: hashing needs it, and not all hashing can fail. 0 or negative.
 */
int hash_setup(struct fault *f);
/* Starts a hash. Returns 0 or negative. */
int sha256_init(struct sha256 *h);
/* Adds N bytes. */
void sha256_update(struct sha256 *h, const void *bytes, size_t n);
/* Writes the digest of all bytes added and frees the state. */
void sha256_final(struct sha256 *h, struct digest *ret);
/* Frees the state without a digest. */
void sha256_release(struct sha256 *h);

/* Writes the digest of V. */
void sha256_view(struct view v, struct digest *ret);
/* Hashes the regular file PATH; *ret_size (may be NULL) gets its bytes. 0 or negative. */
int sha256_file(const char *path, struct digest *ret, unsigned long long *ret_size,
		struct fault *f);

#endif
