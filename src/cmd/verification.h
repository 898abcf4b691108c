/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_VERIFICATION_H
#define CMD_VERIFICATION_H

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/record.h"
#include "verify/verify.h"

/* What a verification does to the world: rebuilds by the engine, on the store of the command. */
struct verification {
	struct cmd *c;
	struct builder *b;         /* the caller's */
	struct progress *progress; /* the caller's */
	const char *state;         /* the store's folder */
	struct record *record;     /* the caller's; may be NULL */
};

/*
 * Builds what is missing of the N targets and all they need, then verifies it all. RET's derivations
 * live as long as the recipes of the command. Negative when the machinery fails.
 */
int verification_run(struct verification *w, const struct drv *const *targets, size_t n,
		     struct verify_options *o, struct verify_report *ret, struct fault *f);

#endif
