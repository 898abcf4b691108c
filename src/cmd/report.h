/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "attest/report_head.h"
#include "cmd/cmd.h"
#include "peers/challenge.h"
#include "verify/verify.h"

/*
 * The report of `verify` as files that others show: a page of HTML, JUnit's XML, SARIF. Both kinds of
 * verification are brought into one form, which the three writers know.
 */

/* Where to write it; NULL: not at all. */
struct report_files {
	const char *html, *junit, *sarif;
};

/* An output. */
struct report_row {
	const struct drv *drv;
	enum verdict verdict;
	bool built; /* object is set: the store has it */
	struct digest object;
	struct digest other; /* what came out elsewhere; all zero: nothing else */
	uint64_t wall_ns;    /* what the rebuilds took; 0 = nothing was rebuilt */
	const char *why;     /* one sentence, escaped */
	const char *detail;  /* lines, escaped, or "" */
};

struct report {
	const struct report_head *head;
	struct report_row *rows; /* inputs before users */
	size_t n;
	const size_t *counts; /* of each verdict */
	double coverage;      /* percent */
	int exit;             /* status of the command */
};

/* Fills RET, which all lives as long as C, for a report about what Q asks; see struct report_head. */
int report_head_fill(struct cmd *c, const char *mode, const char *axes, const char *peers,
		     struct report_head *ret);
/* Refuses files that cannot be written, before anything is done. */
int report_may_write(const struct report_files *files, struct fault *f);
/* Writes the files that are asked for, of rebuilds or of what peers say; WANTED: percent. */
int report_rebuilds(struct cmd *c, const struct verify_report *v, double wanted,
		    const struct report_files *files, struct fault *f);
int report_peers(struct cmd *c, const struct challenge *a, double wanted,
		 const struct report_files *files, struct fault *f);

/* The writers. They add to B. */
void report_html(const struct report *r, struct buf *b);
void report_junit(const struct report *r, struct buf *b);
void report_sarif(const struct report *r, struct buf *b);

#endif
