/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_BASELINE_H
#define VERIFY_BASELINE_H

#include <stddef.h>

#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"

/*
 * The baseline: realisations published with the sources, in store/baseline/realisations. A text
 * file; a line is
 *
 *     ACTION SP OBJECT SP DERIVATION SP NAME LF
 *
 * three SHA-256 in lower-case hex and the derivation's name; lines sorted by name as bytes, then by
 * action. Lines that start with '#' are comments.
 */
struct baseline_row {
	struct digest action, object, drv;
	char *name; /* owned */
};

struct baseline {
	struct baseline_row *rows; /* owned */
	size_t n, cap;
};

#define BASELINE_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Frees what R owns and makes it empty. */
void baseline_release(struct baseline *r);
/* Adds the rows of TEXT to RET. ERR_SYNTAX names FILE and line. */
int baseline_parse(struct view text, const char *file, struct baseline *ret, struct fault *f);
/* Reads the file PATH; a missing one gives no rows. */
int baseline_read(const char *path, struct baseline *ret, struct fault *f);
/* Returns the row of ACTION, or NULL. */
const struct baseline_row *baseline_of_action(const struct baseline *r,
					      const struct digest *action);
/* Returns a row of derivation DRV, or NULL. */
const struct baseline_row *baseline_of_drv(const struct baseline *r, const struct digest *drv);

#endif
