/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_ATTEST_H
#define ENGINE_ATTEST_H

#include "base/buf.h"
#include "base/err.h"
#include "engine/engine.h"
#include "hash/ed25519.h"

/*
 * Attests REAL, how the builder's store has D: its provenance, or a failed test when the build failed, in an
 * envelope signed by K, with a line end. Adds that to RET. ERR_UNSAFE: it was not built here, or with an
 * overridden source; ERR_MISSING: it answers another action than the one of D's present inputs.
 */
int attest_realisation(struct builder *b, const struct drv *d,
		       const struct store_realisation *real, const struct key *k,
		       struct buf *ret, struct fault *f);
/* The same for ACT, which REAL answers. */
int attest_action(const struct action *act, const struct store_realisation *real,
		  const struct key *k, struct buf *ret, struct fault *f);

#endif
