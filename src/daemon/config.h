/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/vec.h"
#include "base/view.h"
#include "daemon/alarm_config.h"
#include "daemon/trigger_config.h"

/*
 * The configuration of the daemon: the object "daemon" of the configuration file, see
 * boot-hurdd(8). The rest of the file, which jobs read, is checked as they do (verify/config.h).
 * Everything in it may be left out. What is unknown or of the wrong kind is refused,
 * and the fault names it.
 */

/* Commands that are run one after another, again and again. */
struct daemon_plan {
	char *name; /* unique */
	uint64_t
	    every_s; /* from start to start; 0 when there are times of day, or triggers alone */
	unsigned *at; /* times of day: minutes since midnight, UTC */
	size_t nat;
	char *recipes;       /* folder of recipes, or NULL */
	struct strlist *run; /* commands, each a list of arguments */
	size_t nrun;
	unsigned retries; /* of a run that failed or was cut short */
	uint64_t pause_s; /* before the first; each later one is twice as long, up to a day */
	struct strlist notify;    /* names of alarm targets that are told what changed */
	struct trigger *triggers; /* what starts it beside the clock; owned */
	size_t ntriggers, triggers_cap;
};

struct daemon_config {
	char *text;       /* that was read, whole */
	char *state;      /* folder of the store */
	char *overridden; /* the one that the file names, when --state names another; or NULL */
	char *recipes;    /* folder of recipes, or NULL: what boot-hurd finds itself */
	char *program;    /* boot-hurd, or NULL: beside boot-hurdd */
	/* control */
	char *socket;  /* path */
	mode_t mode;   /* of the socket */
	unsigned jobs; /* at one time, for clients */
	/* public */
	struct strlist listen;            /* "ADDRESS:PORT" */
	char *folder;                     /* the publication that is served, or NULL */
	bool pages;                       /* show what is in the store */
	unsigned connections, per_client; /* at one time */
	uint64_t timeout_s;               /* a client's silence */
	uint64_t rate_min;                /* bytes a second a client must take */
	/* schedule */
	struct daemon_plan *plans;
	size_t nplans, plans_cap;
	uint64_t gc_every_s;      /* 0 = never */
	uint64_t gc_older_than_s; /* what a collection keeps */
	uint64_t gc_keep_built_s; /* how long it keeps what build was asked for by name */
	uint64_t min_free;        /* bytes: with less, nothing scheduled is started */
	uint64_t history_keep_s;  /* runs that ended longer ago are forgotten */
	unsigned history_runs;    /* of each plan at most so many are kept */
	struct alarm_config alarms;
	uint64_t drain_s; /* how long running jobs may go on after SIGTERM */
};

/*
 * Reads the configuration FILE; NULL, or a file that is not there when OPTIONAL: the defaults.
 * STATE, when it is not NULL, wins over the file's.
 */
int daemon_config_read(const char *file, bool optional, const char *state,
		       struct daemon_config *ret, struct fault *f);
/* As above, from TEXT, which is called FILE. Fills in neither text nor paths of this machine. */
int daemon_config_parse(struct view text, const char *file, struct daemon_config *ret,
			struct fault *f);
/* Returns P's trigger of KIND, or NULL. */
const struct trigger *trigger_find(const struct daemon_plan *p, enum trigger_kind kind);
/* Copies P. 0 or -ENOMEM; RET is to be released all the same. */
int daemon_plan_copy(const struct daemon_plan *p, struct daemon_plan *ret);
/* Frees what P owns. */
void daemon_plan_release(struct daemon_plan *p);
/* Frees what C owns. */
void daemon_config_release(struct daemon_config *c);

#endif
