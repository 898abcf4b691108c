/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_ANSWER_H
#define ENGINE_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/* What a node says of an action: the envelope that builder_realise delivered. */
struct answer {
	char key[KEY_ID + 1];        /* whose it is */
	char name[KEY_NAME_MAX + 1]; /* of that key */
	bool failed;
	struct digest object;         /* unless it failed */
	int64_t started_ns, ended_ns; /* of the build, since the epoch, to the second */
};

/*
 * Reads ENVELOPE, which must be signed by one of the N KEYS and about ACTION. ERR_SIGNATURE, ERR_SYNTAX,
 * ERR_HASH: it is about another action.
 */
int answer_read(struct view envelope, const struct key *keys, size_t n,
		const struct digest *action, struct answer *ret, struct fault *f);

#endif
