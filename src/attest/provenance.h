/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_PROVENANCE_H
#define ATTEST_PROVENANCE_H

#include <stdint.h>

#include "base/buf.h"
#include "drv/drv.h"

/*
 * A realisation as an in-toto Statement v1 with SLSA Provenance v1 (slsa.dev/spec/v1.0/provenance):
 * subject = the output, by the SHA-256 of its NAR (statement.h); external parameters = the derivation; resolved
 * dependencies = inputs and sources by content; invocation id = the action id.
 */
struct provenance {
	const struct action *action;
	struct digest object;         /* what came out */
	int64_t started_ns, ended_ns; /* since the epoch */
	const char *builder;          /* its id, a URI */
};

/* Adds S as canonical JSON to RET. 0 or -ENOMEM. */
int provenance_json(const struct provenance *s, struct buf *ret);

/*
 * Adds, for a build that failed, a Statement with the in-toto test-result predicate v0.1: subject =
 * the action, result FAILED. The object is not looked at. 0 or -ENOMEM.
 */
int provenance_failure_json(const struct provenance *p, struct buf *ret);

#endif
