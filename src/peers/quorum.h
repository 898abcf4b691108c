/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_QUORUM_H
#define PEERS_QUORUM_H

#include <stdbool.h>
#include <stddef.h>

#include "attest/verdict.h"
#include "base/err.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "hash/ed25519.h"

/*
 * What builders say about one output, and what follows. A vote belongs to the key that signed it,
 * whoever brought it; a key votes once on an action. Pure.
 */

/* What one key says of an output that we have. */
enum vote_kind {
	VOTE_SAME,     /* this action, the same object: reproduced */
	VOTE_OTHER,    /* this action, another object: this step is the culprit */
	VOTE_FAILED,   /* this action, and its build failed */
	VOTE_INHERITS, /* this derivation with another action: its inputs differ already */
	VOTE_TWICE,    /* this key said two things about this action: it says nothing */
	VOTE_NONE,     /* nothing */
	VOTE_COUNT,
};

struct vote {
	char key[KEY_ID + 1]; /* who built */
	size_t relay;         /* which peer brought it first; the caller's numbering */
	size_t relays;        /* how many peers brought it */
	enum vote_kind kind;
	struct digest action; /* that it is about: for INHERITS theirs */
	struct digest object; /* SAME, OTHER, INHERITS */
	bool committed_first; /* its commitment was seen before anybody's answer was */
	bool committed;       /* its commitment was seen, and fits */
};

struct votes {
	struct vote *items; /* owned; one a key */
	size_t n, cap;
};

#define VOTES_INIT \
	{ \
		NULL, 0, 0 \
	}

/* Frees what V owns and makes it empty. */
void votes_release(struct votes *v);
/*
 * Adds VOTE. A key that has voted: the same again counts once (as relayed by one more); another
 * answer to the same action makes it VOTE_TWICE; an answer to this action beats VOTE_INHERITS.
 */
int votes_add(struct votes *v, const struct vote *vote);
/* Returns the vote of KEY, or NULL. */
const struct vote *votes_of(const struct votes *v, const char *key);

/* A policy: NEED of the keys OF. */
struct quorum {
	unsigned need;     /* 0: there is no policy */
	struct strlist of; /* key ids, each once */
};

#define QUORUM_INIT \
	{ \
		0, STRLIST_INIT \
	}

void quorum_release(struct quorum *q);
/* Adds KEY once. */
int quorum_add(struct quorum *q, const char *key);
/* Returns whether KEY counts. */
bool quorum_has(const struct quorum *q, const char *key);
/*
 * Finds the object that at least NEED of Q's keys gave for one action. ERR_MISSING: none, or more
 * than one reaches NEED. The votes must all be about that action (SAME or OTHER count). *RET_VOTES
 * (may be NULL) gets how many keys agree, also on failure: the most that do.
 */
int quorum_object(const struct quorum *q, const struct votes *v, struct digest *ret,
		  size_t *ret_votes);

/* What the votes make of an output with our object OURS. */
struct quorum_verdict {
	enum verdict verdict; /* REPRODUCED, DIFFERS, INHERITS or UNCHECKED */
	size_t same, other, failed, inherits, twice; /* keys */
	size_t need;                                 /* keys that had to agree; 0 = no policy */
	size_t agree;  /* keys of the policy that say our object, ours (if of it) with them */
	bool reached;  /* the policy is met for our object */
	bool outvoted; /* the policy is met for another */
};

/*
 * Judges. OWN is our own key's id, or NULL: it is not heard as a vote, but counts towards the policy
 * when it is one of Q's keys; at least one other must agree. Without a policy: one key with another
 * object makes DIFFERS, else one of another action INHERITS, else one with the same REPRODUCED. With
 * a policy only its keys are heard, and REPRODUCED is that it is met for our object and for no other,
 * whatever the rest of its keys say; short of it one with another object still makes DIFFERS.
 */
void quorum_judge(const struct quorum *q, const struct votes *v, const struct digest *ours,
		  const char *own, struct quorum_verdict *ret);

/* Returns a word for K. */
const char *vote_word(enum vote_kind k);

#endif
