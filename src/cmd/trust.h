/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_TRUST_H
#define CMD_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/cmd.h"

/*
 * What has to be believed because nothing here made it: programs in the repository (the seed), Debian's
 * packages among the sources, and generated files of other sources that a recipe declares (pregenerated).
 * All else is text that a person can read.
 */
struct trust {
	size_t programs;          /* ELF files of the repository */
	uint64_t program_bytes;   /* in them */
	size_t packages;          /* .deb sources */
	uint64_t package_bytes;   /* in those that were fetched */
	size_t packages_unseen;   /* packages that were not fetched: their size is not known */
	size_t generated;         /* declared generated files, as far as they were looked at */
	uint64_t generated_lines; /* in them */
	size_t unlooked;          /* sources not in the store, in which there may be more */
};

/* A measurement: counts each file once, however many recipes take it. */
struct trust_meter;
/*
 * Makes a meter on the command's store. GENERATED: also look for generated files, which takes time. The
 * caller frees it.
 */
int trust_meter_new(struct cmd *c, bool generated, struct trust_meter **ret, struct fault *f);
void trust_meter_free(struct trust_meter *m);
/* Adds up what the N TARGETS and all they need take on trust. */
int trust_measure(struct trust_meter *m, const struct drv *const *targets, size_t n,
		  struct trust *ret, struct fault *f);
/* Adds the members of T, programs and packages, to the JSON object that is open in B. */
void trust_json(const struct trust *t, struct buf *b);
/* Adds one line of text, without its end: "179 bytes in 1 program, 0 packages, …". */
void trust_text(const struct trust *t, struct buf *ret);

#endif
