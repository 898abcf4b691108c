/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_KEYS_H
#define ATTEST_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "hash/ed25519.h"

/*
 * The keys of a state folder: keys/NAME.secret (mode 0600) for keys that sign, keys/NAME.public for
 * all that are known, both in the text form of hash/ed25519.h. STATE is that folder.
 */

/* Loads key NAME; SECRET: with its secret half. ERR_MISSING with a hint when there is none. */
int keys_load(const char *state, const char *name, bool secret, struct key *ret,
	      struct fault *f);
/* Loads all known public keys, sorted by name, into A. */
int keys_load_all(const char *state, struct arena *a, struct key **ret, size_t *ret_n,
		  struct fault *f);
/*
 * Finds the key to sign with: NAME, or when that is NULL the only secret one. RET_FOUND gets how many
 * there are to choose from; RET is filled, for the caller to release, when it is one.
 */
int keys_signer(const char *state, const char *name, struct key *ret, size_t *ret_found,
		struct fault *f);
/* Finds the id of that key; RET is "" when there is none, or several. */
int keys_own(const char *state, const char *name, char ret[KEY_ID + 1], struct fault *f);
/* Keeps K; ERR_EXISTS when another key has its name. */
int keys_save(const char *state, const struct key *k, struct fault *f);

#endif
