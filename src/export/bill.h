/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_BILL_H
#define EXPORT_BILL_H

#include "export/export.h"

/* What both bills of materials are made from: the outputs and the sources of the closure, each once. */

/* When, in a document that must not depend on when it was written. */
#define BILL_TIME "1970-01-01T00:00:01Z"

/* A thing in a bill. */
struct bill_part {
	char id[80];                     /* unique: "output-NAME…" or "source-HASH" */
	const struct drv *drv;           /* an output, or NULL */
	size_t node;                     /* its number among the nodes */
	const struct drv_source *source; /* a source, or NULL */
};

struct bill {
	const struct export_bill *of;
	struct bill_part *parts; /* outputs as OF's nodes, then sources; owned */
	size_t n;
};

int bill_init(struct bill *b, const struct export_bill *of);
void bill_release(struct bill *b);
/* Ends the document DOC of B: adds it to RET, unless memory was short, and releases both. 0 or -ENOMEM. */
int bill_end(struct bill *b, struct buf *doc, struct buf *ret);
/* Returns the part that is source S. */
const struct bill_part *bill_source(const struct bill *b, const struct drv_source *s);
/* Returns the part that is the output of D; NULL: not in the bill. */
const struct bill_part *bill_output(const struct bill *b, const struct drv *d);
/* Returns whether the target needs the output of D when it runs. */
bool bill_is_runtime(const struct bill *b, const struct drv *d);
/* Returns the target. */
const struct bill_part *bill_target(const struct bill *b);
/* Adds the member NAME, when TEXT is neither NULL nor empty. */
void bill_put(struct buf *b, const char *name, const char *text);
/* Adds the array NAME of one object, of the member KIND[0], the text KIND[1], and the member CONTENT, D in hex. */
void bill_put_hash(struct buf *b, const char *name, const char *const kind[2],
		   const char *content, const struct digest *d);

#endif
