/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_OPENPGP_H
#define EXPORT_OPENPGP_H

#include <stdint.h>

#include "base/buf.h"
#include "hash/ed25519.h"

/*
 * The little of OpenPGP (RFC 4880; Ed25519 as EdDSA, RFC 9580 section 5.2.3.3 "legacy") that apt asks
 * for: our keys as public keys, and signatures by them. A key is the same one in every publication: its
 * time of creation, which is part of its name there, is fixed.
 */

/* Adds K's public half, under its name, in ASCII armour to RET. K must be secret: it signs its name. */
int openpgp_key(const struct key *k, struct buf *ret, struct fault *f);
/* Adds a detached signature of TEXT, made at TIME_S (since the epoch), in ASCII armour to RET. */
int openpgp_detached(const struct key *k, struct view text, uint64_t time_s, struct buf *ret,
		     struct fault *f);
/* Adds TEXT, which ends in a line feed, and a signature below it (a "clear-signed" text) to RET. */
int openpgp_clear(const struct key *k, struct view text, uint64_t time_s, struct buf *ret,
		  struct fault *f);

#endif
