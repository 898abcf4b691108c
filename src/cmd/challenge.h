/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CHALLENGE_H
#define CMD_CHALLENGE_H

#include "cmd/cmd.h"
#include "cmd/report.h"

/* verify --peers: what is in the store against what peers say. */
struct challenge_options {
	bool json, all;  /* as of verify */
	double coverage; /* percent that is asked for */
	const char *vsa; /* write a verification summary to this file; or NULL */
	const char *key; /* sign it with this key; or NULL */
	const struct report_files *files;
	const char *fetch; /* bring others' trees that differ into this folder; or NULL */
};

/* Compares the operands. Returns an exit status or a negative code. */
int cmd_challenge(struct cmd *c, const struct challenge_options *o, struct fault *f);

#endif
