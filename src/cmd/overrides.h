/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_OVERRIDES_H
#define CMD_OVERRIDES_H

#include "base/vec.h"
#include "cmd/cmd.h"

/*
 * --override-source: local trees in the place of sources. Order: overrides_apply, then the targets are
 * evaluated, then overrides_check.
 */

/* The row of the option in a command's table; MEMBER of REQUEST is a struct strlist. */
#define OVERRIDES_OPTION(request, member) \
	{ \
		OPTION_LIST, 0, "override-source", offsetof(request, member), "NAME=PATH", \
		    "use a local tree; the result is not attestable" \
	}

/* Has the command's recipes use what L (NAME=PATH each) says. L's items are cut in two. */
int overrides_apply(struct cmd *c, struct strlist *l, struct fault *f);
/* Refuses an override that no recipe evaluated so far has a source for. */
int overrides_check(struct cmd *c, struct fault *f);
/*
 * Returns whether D or anything below it uses an overridden source: as build_options.overridden and
 * verify_ops.overridden. CTX is the struct recipes.
 */
bool overrides_cover(void *ctx, const struct drv *d);

#endif
