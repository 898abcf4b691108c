/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_STATEMENT_H
#define ATTEST_STATEMENT_H

#include "base/buf.h"
#include "hash/digest.h"
#include "json/value.h"

/*
 * in-toto Statements (attestation framework, spec/v1/statement.md and digest_set.md): what every one
 * must have, whatever its predicate says.
 */
#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
/*
 * The name of a tree's digest: the SHA-256 of its NAR, in lower-case hex. in-toto has no name of its own for
 * this, and "sha256" stands for the bytes of a file: nobody must take the one for the other.
 */
#define STATEMENT_NAR "nixNarSha256"

/*
 * Checks that the document ROOT is a Statement of version 1 or 0.1: an object with a predicate type
 * and at least one subject, each with a digest; what in-toto's named digests must look like. Foreign
 * predicate types, digests of unknown names and unknown members are all right. ERR_SYNTAX says what
 * is wrong.
 */
int statement_check(const struct json_value *root, struct fault *f);
/* Opens a Statement and its predicate, whose members come next. */
void statement_open(struct buf *b);
/* Adds the member "digest":{"nixNarSha256":"HEX"}: that of a tree. */
void statement_add_nar(struct buf *b, const struct digest *d);
/* Adds the member "digest":{"sha256":"HEX"}: that of a file, as resource descriptors have it. */
void statement_add_sha256(struct buf *b, const struct digest *d);

#endif
