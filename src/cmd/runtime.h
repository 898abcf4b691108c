/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_RUNTIME_H
#define CMD_RUNTIME_H

#include "cmd/cmd.h"
#include "export/export.h"

/* An output with all that it needs when it runs, and the graph it was built from. */
struct runtime {
	struct export runtime;     /* the trees, the target first; in the command's arena */
	struct export_node *nodes; /* the closure of what was evaluated; malloc'd */
	size_t n;
};

/* Finds what OBJECT, the output of D, needs. ERR_MISSING: the store lacks something of it. */
int runtime_find(struct cmd *c, const struct drv *d, const struct digest *object,
		 struct runtime *ret, struct fault *f);
/*
 * Gives the action ID of D as the store remembers it, in the command's arena: what was taken from peers has no
 * inputs or sources here that it could be resolved from.
 */
int runtime_action(struct cmd *c, const struct drv *d, const struct digest *id,
		   struct action *ret, struct fault *f);
void runtime_release(struct runtime *r);

#endif
