/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_LINK_H
#define EXPORT_LINK_H

#include "base/buf.h"
#include "base/err.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * in-toto Link metadata (in-toto specification 1.0, section 4.4), the older form of a statement, in which
 * rebuilders of Debian packages (rebuilderd) say what came out of a build, and which repro-threshold reads:
 *
 *   { "signatures": [ { "keyid": KEY, "sig": HEX } ],
 *     "signed": { "_type": "link", "byproducts": {}, "command": [], "environment": {},
 *                 "materials": { "actions/HEX.json": { "sha256": HEX } },
 *                 "name": "rebuild FILE", "products": { FILE: { "sha256": HEX } } } }
 *
 * What is signed are the bytes of the member "signed", in canonical JSON. KEY is the SHA-256 of the public key in
 * securesystemslib's form, not our key_id. There is no time in it: the same file and key give the same text.
 */

/*
 * Adds the link that says: FILE (a name of printable ASCII), which has the SHA-256 SHA256, came out of ACTION. K
 * signs.
 */
int link_write(const struct key *k, const char *file, const struct digest *sha256,
	       const struct digest *action, struct buf *ret, struct fault *f);

/* Adds K's public half as PEM, with the parameters (NULL) that in-toto's readers in Rust ask for. */
void link_add_pem(const struct key *k, struct buf *ret);

#endif
