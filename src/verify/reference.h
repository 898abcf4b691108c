/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_REFERENCE_H
#define VERIFY_REFERENCE_H

#include <stddef.h>

#include "base/err.h"
#include "base/view.h"
#include "hash/digest.h"

/*
 * The reference: realisations published with the sources, in store/reference/realisations. A text
 * file; a line is
 *
 *     ACTION SP OBJECT SP DERIVATION SP NAME LF
 *
 * three SHA-256 in lower-case hex and the derivation's name; lines sorted by name as bytes, then by
 * action. Lines that start with '#' are comments.
 */
struct reference_row {
	struct digest action, object, drv;
	char *name; /* owned */
};

struct reference {
	struct reference_row *rows; /* owned */
	size_t n, cap;
};

#define REFERENCE_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Frees what R owns and makes it empty. */
void reference_release(struct reference *r);
/* Adds the rows of TEXT to RET. ERR_SYNTAX names FILE and line. */
int reference_parse(struct view text, const char *file, struct reference *ret, struct fault *f);
/* Reads the file PATH; a missing one gives no rows. */
int reference_read(const char *path, struct reference *ret, struct fault *f);
/* Returns the row of ACTION, or NULL. */
const struct reference_row *reference_of_action(const struct reference *r,
						const struct digest *action);
/* Returns a row of derivation DRV, or NULL. */
const struct reference_row *reference_of_drv(const struct reference *r,
					     const struct digest *drv);

#endif
