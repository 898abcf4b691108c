/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_SUMMARY_H
#define CMD_SUMMARY_H

#include "attest/vsa.h"
#include "cmd/cmd.h"

/*
 * Writes the verification summary V, whose verifier, time and policy's digest are filled in, to FILE
 * (see "Verification summaries" in store/FORMAT.md). OWN is the id of our key, or "". KEY names the
 * key that signs, or is NULL: then the statement is written as it is. POLICY is the policy's text.
 */
int summary_write(struct cmd *c, struct vsa *v, const char *own, const char *policy,
		  const char *file, const char *key, struct fault *f);

#endif
