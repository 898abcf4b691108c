/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_VERDICT_H
#define ATTEST_VERDICT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "drv/drv.h"

/* What is known of one output. Only the first says that its bits are the same again. */
enum verdict {
	VERDICT_REPRODUCED, /* independent bits were compared by this run, and all were equal */
	VERDICT_DIFFERS,    /* the same action gave other bits: this step is the culprit */
	VERDICT_STANDS_ON, /* its own bits were equal, but it is built from a step that differs, or
			       that could not be built again */
	VERDICT_INHERITS,    /* no bits of one action differ, but the inputs already did */
	VERDICT_BASELINE,    /* not rebuilt: what the store has equals the baseline, no more */
	VERDICT_SAMPLED_OUT, /* not rebuilt: the sample left it out */
	VERDICT_UNCHECKED,   /* not looked at (stopped), or nobody else has it */
	VERDICT_FAILED,      /* it could not be built again */
	VERDICT_COUNT,
};

/* Returns a word for V, as in JSON. */
const char *verdict_word(enum verdict v);
/* Returns what is said of N outputs of verdict V: "reproduced", "stand on a step that differs". */
const char *verdict_phrase(enum verdict v);

/* Adds the member "counts": how many outputs have each verdict. */
void verdict_counts_json(const size_t counts[VERDICT_COUNT], struct buf *b);

/*
 * Finds, for each of the N derivations NODES, what it stands on: the first of all it is built from,
 * inputs before users, whose verdict in VERDICTS is DIFFERS or FAILED. RET (room for N) gets its
 * index, or N when there is none.
 */
int verdict_stands_on(const struct drv *const *nodes, const enum verdict *verdicts, size_t n,
		      size_t *ret, struct fault *f);

#endif
