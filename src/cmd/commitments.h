/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_COMMITMENTS_H
#define CMD_COMMITMENTS_H

#include "base/map.h"
#include "cmd/cmd.h"
#include "hash/ed25519.h"
#include "publication/index.h"

/*
 * The salts of the commitments that a key made: the file salts/KEYID of the state folder, guarded,
 * a line "ACTION SALT" for each, both in lower-case hex.
 */
struct salt {
	struct digest action;
	unsigned char salt[INDEX_SALT];
};
struct salts {
	struct map items;   /* action to struct salt, in the order of the file */
	struct arena arena; /* holds them */
	bool changed;       /* since they were read */
};

void salts_release(struct salts *s);
/* Reads the salts of K; none yet is fine. */
int salts_read(struct cmd *c, const struct key *k, struct salts *ret, struct fault *f);
/* Writes them when they have changed. */
int salts_write(struct cmd *c, const struct key *k, struct salts *s, struct fault *f);
/* Salts ROW: as before, or, with MAKE, anew. Without either it stays unsalted. */
int salts_apply(struct salts *s, bool make, struct index_row *row, struct fault *f);

#endif
