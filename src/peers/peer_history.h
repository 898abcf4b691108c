/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PEERS_PEER_HISTORY_H
#define PEERS_PEER_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "publication/commitments.h"

/*
 * What this verifier has seen of others' answers before, and in which order: so an index that goes
 * back is known as a replay, and a commitment as made before anybody else's answer could be read.
 * Time is a number of looks: each look at the peers is one later. As text:
 *
 *     boot-hurd seen 2
 *     look DECIMAL                       the last one
 *     serial KEYID DECIMAL DIGEST        the newest index of a key: its serial, and what it says
 *     commitment KEYID ACTION COMMITMENT LOOK          the first one seen
 *     answer ACTION KEYID LOOK                         the first two keys seen to answer
 *
 * DIGEST is the content of struct index; "-" when it is not known: version 1 kept the SHA-256 of the whole
 * file instead, signature and all.
 */
enum { SEEN_MAX = 256 << 20 };

struct seen {
	struct arena arena;
	uint64_t look;
	/* Keys are "KEYID", "KEYID ACTION" (hex) and "ACTION"; values lie in the arena. */
	struct map serials, commitments, answers;
};

#define SEEN_INIT \
	{ \
		ARENA_INIT, 0, MAP_INIT, MAP_INIT, MAP_INIT \
	}

void seen_release(struct seen *s);
/* Reads TEXT; "" is nothing seen. ERR_SYNTAX names the line. */
int seen_parse(struct view text, struct seen *ret, struct fault *f);
/* Adds S as text. 0 or -ENOMEM. */
int seen_write(const struct seen *s, struct buf *ret);
/* Begins the next look. */
void seen_look(struct seen *s);
/*
 * Takes note of KEY's index: its serial and content. ERR_SIGNATURE: it is older than one seen before
 * (a stale copy, or a replay), or says something else under the same serial.
 */
int seen_serial(struct seen *s, const char *key, uint64_t serial, const struct digest *content,
		struct fault *f);
/* Takes note of all commitments of C, and of all answers of X. 0 or -ENOMEM. */
int seen_commitments(struct seen *s, const struct commitments *c);
int seen_answers(struct seen *s, const struct index *x);
/*
 * Tells about the answer ROW of KEY: *RET_COMMITTED: the first commitment seen fits it; the return
 * value: that was in an earlier look than any other key's answer.
 */
bool seen_committed_first(const struct seen *s, const char *key, const struct index_row *row,
			  bool *ret_committed);

#endif
