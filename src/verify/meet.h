/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_MEET_H
#define VERIFY_MEET_H

#include <stdbool.h>
#include <stddef.h>

#include "hash/digest.h"

/*
 * Independent roots of trust meet at a part when what each makes has one hash. Which of them is wrong
 * when they do not cannot be known for certain; the one that stands alone is named.
 */
enum meet {
	MEET_SAME,    /* all roots have it, with one hash */
	MEET_DIFFERS, /* two hashes or more */
	MEET_OPEN, /* those that have it agree, but some have not built it, or only one root makes it */
};

/* What one root has for a part. */
struct meet_cell {
	size_t root;          /* which root */
	bool built;           /* OBJECT is set */
	struct digest object; /* what it made */
	bool differs;         /* set by meet_judge: another hash than most have */
};

/*
 * Judges the N cells of one part. Several may be of one root, which then must agree with itself. Of the
 * hashes that most roots have, the first counts as the right one: the cells that have another get
 * DIFFERS.
 */
enum meet meet_judge(struct meet_cell *cells, size_t n);

/* Returns a word for M, as in JSON: "meets", "differs", "open". */
const char *meet_word(enum meet m);

#endif
