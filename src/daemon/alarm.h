/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_ALARM_H
#define DAEMON_ALARM_H

#include "daemon/alarm_config.h"
#include "hash/ed25519.h"
#include "store/history.h"

/*
 * One alarm: what a run of a plan changed, told to one target.
 *
 * A URL gets a POST of JSON, by the scheme of Standard Webhooks:
 *
 *     webhook-id: bh_ID            the same at each attempt: who has seen it may drop it
 *     webhook-timestamp: SECONDS   of this attempt
 *     webhook-signature: v1a,BASE64   Ed25519 over "ID.TIMESTAMP.BODY" by the store's key
 *     boot-hurd-key: KEYID            of that key
 *
 *     { "schema": 1, "plan": NAME, "run": N, "attempt": N, "state": WORD, "was": WORD or "", "reason": TEXT,
 *       "recipes": PATH, "revision": TEXT, "started": TIME, "ended": TIME,
 *       "changes": [ { "change": N, "output": NAME, "mode": WORD, "was": WORD or "", "now": WORD,
 *                      "result": N, "at": TIME }, … ] }
 *
 * and answers with a status of 200 to 299 when it has taken it. A mail has the same in words; its
 * Message-ID is the same at each attempt.
 */

/* What is to be told. */
struct alarm {
	struct history_run run; /* of a plan; id 0: TEXT is all */
	const char *was;        /* how the plan's run before ended, "" = there was none */
	struct history_change *changes; /* oldest first */
	size_t n;
	const char *text; /* or NULL */
};

/* Gets what is to be told about RUN. It lives in A. ERR_MISSING when there is no such run any more. */
int alarm_collect(struct store *s, struct arena *a, int64_t run, struct alarm *ret,
		  struct fault *f);
/* Takes out of M the changes that do not concern T. Returns whether T is to hear of the rest. */
bool alarm_concerns(const struct alarm_target *t, struct alarm *m);

/* How to send. */
struct alarm_sender {
	const struct alarm_config *c;
	const char *state; /* folder of the store, for the key */
	/* Asked while it is being sent: non-zero breaks off. */
	int (*progress)(void *ctx);
	void *ctx;
};
/*
 * Finds the key that signs what a URL gets, in the state folder STATE; RET is the caller's to release. ERR_CONFIG
 * with a hint when there is none, or several and none is named.
 */
int alarm_signer(const struct alarm_config *c, const char *state, struct key *ret,
		 struct fault *f);
/* Tells T about M. ID (of letters, digits and '_') is the message's, at each attempt the same. */
int alarm_send(const struct alarm_sender *s, const struct alarm_target *t,
	       const struct alarm *m, const char *id, struct fault *f);

/* Adds M as JSON, or as a mail of the sender's to T; for tests. */
void alarm_json(const struct alarm *m, struct buf *ret);
void alarm_mail(const struct alarm_config *c, const struct alarm_target *t,
		const struct alarm *m, const char *id, struct buf *ret);

#endif
