/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_EXCHANGE_H
#define ENGINE_EXCHANGE_H

#include "engine/answer.h"
#include "engine/engine.h"
#include "engine/node.h"

/* Our side of an exchange: what nodes need goes out, their answers come in. See engine/node.h. */
struct node_exchange {
	const char *location;   /* folder or URL */
	const struct key *keys; /* of the nodes */
	size_t nkeys;
	bool offline;
	bool (*stopped)(void);
};

/*
 * Brings the request of ACT, its inputs and its sources to the exchange. TMP is a folder of our own. The
 * limits in the request are those that hold here, caps and defaults included.
 */
int exchange_send(const struct node_exchange *x, struct builder *b, struct store *s,
		  const struct action *act, const char *tmp, struct fault *f);
/*
 * Looks for an answer to ACTION: its output, or, with ATTEMPT, that this attempt failed. 1: RET is one; 0: there is
 * none; negative: what is there is not to be believed, or cannot be read.
 */
int exchange_look(const struct node_exchange *x, const struct digest *action,
		  const char *attempt, struct answer *ret, struct fault *f);
/*
 * Takes the answer A to ACT, from ATTEMPT ("": its log is not looked for): the output is fetched and registered,
 * as built by that key, and as substituted here. TMP is a folder of our own. RET_LOG gets the whole path of
 * the log, "" when there is none; malloc'd.
 */
int exchange_take(const struct node_exchange *x, struct builder *b, struct store *s,
		  const struct action *act, const struct answer *a, const char *attempt,
		  const char *tmp, char **ret_log, struct fault *f);

#endif
