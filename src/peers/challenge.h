/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_CHALLENGE_H
#define PEERS_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>

#include "attest/report_head.h"
#include "attest/verdict.h"
#include "drv/drv.h"
#include "peers/peer.h"
#include "peers/quorum.h"

/* Comparing what the store has with what peers say, by hashes alone; and telling of it. */
struct challenge_result {
	const struct drv *drv;
	bool asked; /* named on the command line */
	bool built; /* the store has it; else nothing is compared */
	bool
	    compared; /* bits of others for this very action were compared: of enough of them */
	const struct drv *stands_on; /* the first it is built from that differs, or NULL */
	bool taken;                  /* … from others: no bits of our own */
	/*
	 * What a closer look at another's tree found, for the reports: lines for people, and members of a
	 * JSON object; owned, or NULL.
	 */
	char *closer, *closer_json;
	struct digest action, object; /* what it has */
	struct votes votes; /* one a key; also of keys that the policy does not name */
	struct quorum_verdict judged;
};

struct challenge {
	const struct report_head
	    *head; /* what reports say first; the caller's; NULL = nothing */
	struct challenge_result *results; /* inputs before users; owned */
	size_t n, built, compared;
	size_t counts[VERDICT_COUNT];
	double coverage; /* compared, in percent of all */
	const struct peers *peers;
	const struct quorum *quorum;
};

#define CHALLENGE_INIT \
	{ \
		NULL, NULL, 0, 0, 0, {0}, 0, NULL, NULL \
	}

void challenge_release(struct challenge *a);
/*
 * Compares the N derivations NODES. STORED gives the action and object that the store has for D, and
 * whether that object was only taken from others: then two other keys must agree before it counts as
 * reproduced. ERR_MISSING: it has none. ASKED says whether D was named on the command line. OWN is our key's id or NULL. RET keeps P and Q.
 */
int challenge_run(const struct drv *const *nodes, size_t n,
		  int (*stored)(void *ctx, const struct drv *d, struct digest *action,
				struct digest *object, bool *ret_taken, struct fault *f),
		  bool (*asked)(void *ctx, const struct drv *d), void *ctx,
		  const struct peers *p, const struct seen *seen, const struct quorum *q,
		  const char *own, struct challenge *ret, struct fault *f);
/* Adds what is to be said about X's verdict in one sentence. */
void challenge_result_why(const struct challenge_result *x, struct buf *ret);
/* Adds how each key voted on X, a line or two for each. */
void challenge_votes_text(const struct challenge *a, const struct challenge_result *x,
			  struct buf *ret);
/* Adds the report for people: culprits first. ALL lists reproduced and unchecked outputs, too. */
void challenge_text(const struct challenge *a, bool all, struct buf *ret);
/* Adds what the report as JSON says about X. */
void challenge_result_json(const struct challenge *a, const struct challenge_result *x,
			   struct buf *ret);
/* Adds the report as JSON; its schema is in doc/verify.schema.json. */
void challenge_json(const struct challenge *a, double wanted_coverage, struct buf *ret);
/*
 * Returns the exit status of the design: 2 when something differs or inherits; 3 when nothing was
 * compared, something named is not reproduced, or coverage is below what was asked for; else 0.
 */
int challenge_exit(const struct challenge *a, double wanted_coverage);

#endif
