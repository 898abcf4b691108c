/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_VSA_H
#define ATTEST_VSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "hash/digest.h"

/*
 * A SLSA Verification Summary Attestation v1 (slsa.dev/spec/v1.0/verification_summary) as an in-toto
 * Statement v1: what was verified, against what, with which result.
 */
struct vsa_item {
	const char *name; /* of a subject, or the URI of an input */
	struct digest digest;
};

struct vsa {
	const char *verifier; /* its id, a URI */
	int64_t time_s;       /* since 1970 */
	const char *resource; /* what the subjects are, a URI */
	const char *policy;   /* URI */
	struct digest policy_digest;
	const struct vsa_item *subjects;
	size_t nsubjects;
	const struct vsa_item *inputs; /* attestations that were looked at */
	size_t ninputs;
	bool passed;
	const char *level; /* what passing means; no name that SLSA defines */
};

/* Adds V as JSON to RET, members in canonical order. 0 or -ENOMEM. */
int vsa_json(const struct vsa *v, struct buf *ret);

#endif
