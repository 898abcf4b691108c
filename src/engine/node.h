/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_NODE_H
#define ENGINE_NODE_H

#include "base/err.h"
#include "engine/engine.h"
#include "engine/request.h"
#include "hash/ed25519.h"
#include "publication/deliver.h"

/*
 * One action carried out for another machine: its request and all its inputs come from a publication, each
 * checked by its hash, and what came of it goes back there, signed:
 *
 *     attestations/ACTION/KEYID.json   that the build gave this object, whose archive is there then
 *     attempts/ATTEMPT/KEYID.json      that it failed
 *     attempts/ATTEMPT/KEYID.log       its log, in either case
 *
 * An attempt has a name of its own, so that nobody takes an old failure for a new one. In a folder the key's
 * index gets its row, too, and .running/ACTION is locked meanwhile: two nodes never build one action at a
 * time, and the second one finds the answer of the first.
 */
enum { ATTEMPT_LEN = 64 };

struct realise {
	struct deliver to;     /* the publication; tmp is not looked at */
	const char *state;     /* folder of the key's serials */
	const struct key *key; /* secret */
	const char *attempt;   /* 1 to ATTEMPT_LEN letters and digits */
};

/* Returns whether NAME may name an attempt. */
bool realise_attempt_ok(const char *name);

/*
 * Carries out ACTION. 0: its output is in the publication. ERR_BUILD: the build failed, and that is told
 * there. Other codes: nothing is told; it may be tried again.
 */
int builder_realise(struct builder *b, const struct digest *action, const struct realise *w,
		    struct fault *f);

#endif
