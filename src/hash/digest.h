/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HASH_DIGEST_H
#define HASH_DIGEST_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/view.h"

/*
 * SHA-256 digests (FIPS 180-4) as values, and the three ways to write one: lower-case hex (64
 * characters), Nix base-32 (52 characters, alphabet 0123456789abcdfghijklmnpqrsvwxyz, least
 * significant digit last, as in Nix's libutil/hash.cc) and SRI ("sha256-" and base64, W3C
 * Subresource Integrity).
 */
enum { DIGEST_LEN = 32, DIGEST_HEX = 64, DIGEST_NIX32 = 52, DIGEST_SRI = 51 };

struct digest {
	unsigned char b[DIGEST_LEN];
};

/* Returns whether A and B are equal. */
bool digest_eq(const struct digest *a, const struct digest *b);
/* Returns whether D is all zeros, which stands for none. */
bool digest_is_none(const struct digest *d);
/* Orders A and B as their bytes: <0, 0, >0. */
int digest_cmp(const struct digest *a, const struct digest *b);
/* Writes 64 hex digits and a NUL. */
void digest_hex(const struct digest *d, char ret[DIGEST_HEX + 1]);
/* Adds 64 hex digits to B. */
void digest_add_hex(struct buf *b, const struct digest *d);
/* Writes 52 base-32 digits and a NUL. */
void digest_nix32(const struct digest *d, char ret[DIGEST_NIX32 + 1]);
/* Writes "sha256-…=" and a NUL. */
void digest_sri(const struct digest *d, char ret[DIGEST_SRI + 1]);
/* Reads exactly 64 hex digits (either case). Returns 0 or ERR_SYNTAX. */
int digest_parse_hex(struct view text, struct digest *ret);
/*
 * Reads any of the three forms, each also with "sha256:" in front. Returns 0 or ERR_SYNTAX; unused
 * high bits of the last base-32 digit must be zero, base64 must be canonical.
 */
int digest_parse(struct view text, struct digest *ret);

/* Writes the N bytes of B in Nix base-32: (8 * N + 4) / 5 digits and a NUL. */
void nix32_write(const unsigned char *b, size_t n, char *ret);

/* Adds the N bytes of B in lower-case hex to RET. */
void hex_add(struct buf *ret, const unsigned char *b, size_t n);
/* Reads exactly 2 * N digits of lower-case hex, the one spelling that we write. 0 or ERR_SYNTAX. */
int hex_parse(struct view text, unsigned char *ret, size_t n);

/* Adds the base64 of V (RFC 4648, with padding) to RET. */
void base64_add(struct buf *ret, struct view v);
/* Adds the bytes that base64 TEXT stands for to RET. Returns 0 or ERR_SYNTAX. */
int base64_parse(struct view text, struct buf *ret);
/* The same for texts of others: the URL-safe alphabet too, with padding or without. */
int base64_parse_any(struct view text, struct buf *ret);

#endif
