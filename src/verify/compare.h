/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_COMPARE_H
#define VERIFY_COMPARE_H

#include <stddef.h>

#include "base/err.h"

/* Comparing two file trees as NAR sees them: names, types, the execute bit, contents, targets. */

enum difference_kind {
	DIFFERENCE_ONLY_A,  /* the path exists only in the first tree */
	DIFFERENCE_ONLY_B,  /* … only in the second */
	DIFFERENCE_TYPE,    /* file, folder or link in one, another in the other */
	DIFFERENCE_MODE,    /* executable in one only */
	DIFFERENCE_CONTENT, /* other bytes */
	DIFFERENCE_TARGET,  /* links that point elsewhere */
};

struct difference {
	enum difference_kind kind;
	char *path;   /* relative, "." for the root; owned */
	char *detail; /* sizes, first byte that differs, targets; owned */
};

struct differences {
	struct difference *items; /* owned, by path */
	size_t n, cap;
};

#define DIFFERENCES_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Frees what D owns and makes it empty. */
void differences_release(struct differences *d);
/* Adds all differences between the trees A and B to RET, in the order of their paths. */
int tree_compare(const char *a, const char *b, struct differences *ret, struct fault *f);
/* Returns a word for KIND. */
const char *difference_word(enum difference_kind kind);

#endif
