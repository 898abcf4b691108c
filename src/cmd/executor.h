/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_EXECUTOR_H
#define CMD_EXECUTOR_H

#include "base/vec.h"
#include "cmd/cmd.h"
#include "engine/slurm.h"

/* --executor and what goes with it: where actions are carried out. */
struct executor_request {
	const char *name;     /* "local", "slurm" or NULL: local */
	const char *exchange; /* the publication between us and the nodes */
	struct strlist keys;  /* of the nodes: "NAME:BASE64", or names or ids of known ones */
	const char *state;    /* below which nodes keep their stores */
	const char *program;  /* boot-hurd on the nodes */
	struct strlist jobs;  /* further options of sbatch */
	unsigned cpus;        /* of a job; 0 = by the recipe */
};

/* The rows of its options in a command's table; MEMBER of REQUEST is a struct executor_request. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a member's name */
#define EXECUTOR_OPTIONS(request, member) \
	{OPTION_TEXT, 0, \
	 "executor",  offsetof(request, member.name), \
	 "NAME",      "local or slurm: what carries out builds (default: local)"}, \
	    {OPTION_TEXT, 0, \
	     "exchange",  offsetof(request, member.exchange), \
	     "LOCATION",  "slurm: the publication that this machine shares with the nodes"}, \
	    {OPTION_LIST, 0, \
	     "node-key",  offsetof(request, member.keys), \
	     "KEY",       "slurm: the key of a node, NAME:BASE64, or a known one's name or id"}, \
	    {OPTION_TEXT,  0, \
	     "node-state", offsetof(request, member.state), \
	     "DIR",        "slurm: nodes keep their stores here (default: /var/lib/boot-hurd)"}, \
	    {OPTION_TEXT,    0, \
	     "node-program", offsetof(request, member.program), \
	     "PATH",         "slurm: boot-hurd on the nodes (default: where it is here)"}, \
	    {OPTION_COUNT, 0, \
	     "node-cpus",  offsetof(request, member.cpus), \
	     "N",          "slurm: processors of a job (default: what make is told)"}, \
	{ \
		OPTION_LIST, 0, "slurm-option", offsetof(request, member.jobs), "OPTION", \
		    "slurm: one more option of sbatch" \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

/* An executor, made. */
struct executor_made {
	struct slurm *slurm; /* owned */
	char *program;       /* owned */
};

/* Refuses what cannot be meant. COMMAND is what messages call it. */
int executor_check(const char *command, const struct executor_request *q, struct fault *f);
/*
 * Makes what Q asks for and has O use it: nothing for local. With Slurm, O's jobs are those in the queue, 16
 * when they are not set. The caller releases RET when the builder is gone or unused.
 */
int executor_make(struct cmd *c, const struct executor_request *q, struct build_options *o,
		  struct executor_made *ret, struct fault *f);
void executor_release(struct executor_made *m);

#endif
