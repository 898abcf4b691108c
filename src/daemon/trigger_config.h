/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_TRIGGER_CONFIG_H
#define DAEMON_TRIGGER_CONFIG_H

#include <stdint.h>

#include "base/vec.h"

/* What starts a plan beside the clock: "triggers" of a plan in the configuration. */

enum trigger_kind {
	TRIGGER_GIT,     /* a branch of recipes moved */
	TRIGGER_PEER,    /* a peer's index changed */
	TRIGGER_SOURCES, /* what is pinned left Debian's archive, or came back */
};

struct trigger {
	enum trigger_kind kind;
	char *watch; /* "git URL BRANCH", "peer NAME", "sources TARGET…": unique in its plan */
	char *url, *branch;     /* git */
	char *folder;           /* git: of the recipes, in the repository; NULL: its top */
	char *peer;             /* peer: its name */
	struct strlist targets; /* sources; none: all recipes */
	uint64_t poll_s;        /* between two looks, as long as there are answers */
};

enum {
	TRIGGER_PAUSE_MAX_S = 6 * 3600
}; /* without answers the pauses grow to no more, or to poll_s */

struct config_reader;
struct json_value;

/* Reads the object V into T, which is to be released whatever is returned. */
int config_read_trigger(const struct config_reader *r, const struct json_value *v,
			struct trigger *t);
/* Copies T. 0 or -ENOMEM; RET is to be released all the same. */
int trigger_copy(const struct trigger *t, struct trigger *ret);
/* Frees what T owns. */
void trigger_release(struct trigger *t);
/* Returns the seconds until the next look, after FAILURES looks in a row without an answer. */
uint64_t trigger_pause(const struct trigger *t, unsigned failures);

#endif
