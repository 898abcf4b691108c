/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_ALARM_CONFIG_H
#define DAEMON_ALARM_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "net/mail.h"

/* Who is told when a verdict changes, and how: "alarms" of the configuration. */

/* Who is told: by mail, or by a URL that is called. */
struct alarm_target {
	char *name;          /* unique */
	struct strlist mail; /* addresses; none: url it is */
	char *url;           /* or NULL */
	bool worse;          /* only of what became worse */
};

enum { ALARM_PAUSE_MAX_S = 6 * 3600 }; /* pauses grow to no more */

struct alarm_config {
	struct alarm_target *targets;
	size_t ntargets, targets_cap;
	char *server, *from;   /* for mail; server NULL: smtp://localhost */
	char *user, *password; /* password: path of a file; or NULL */
	enum mail_tls tls;
	char *key; /* name of the one that signs what URLs get; NULL: the only one */
	uint64_t
	    pause_s; /* before the second attempt; each later one is twice as long, up to 6 h */
	unsigned attempts; /* then it is given up */
};

#define ALARM_CONFIG_INIT \
	{ \
		.pause_s = 60, .attempts = 20 \
	}

struct config_reader;
struct json_value;
/* Reads the object V; NULL: there are no targets. */
int config_read_alarms(const struct config_reader *r, const struct json_value *v,
		       struct alarm_config *ret);
/* Returns the target NAME, or NULL. */
const struct alarm_target *alarm_target_find(const struct alarm_config *c, const char *name);
void alarm_config_release(struct alarm_config *c);

#endif
