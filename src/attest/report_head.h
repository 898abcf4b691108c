/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ATTEST_REPORT_HEAD_H
#define ATTEST_REPORT_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * What a report of `verify` says first, so that who gets it by mail knows what was done, with what and
 * where. Borrowed texts, from outside: the functions below escape them.
 */
struct report_head {
	const char *version;  /* of boot-hurd */
	const char *mode;     /* "rebuilds" or "peers" */
	int64_t time_s;       /* since 1970: when the report was written */
	const char *recipes;  /* their folders, a colon between two */
	const char *revision; /* commit of the first folder, "-changed" behind it; or "" */
	const char *machine;  /* kind of processor, as uname says */
	unsigned cpus;        /* processors */
	const char *system;   /* the distribution, or "" */
	const char *kernel;   /* its name and release */
	const char *axes;     /* that were asked for, separated by ", "; or "" */
	const char
	    *peers; /* their names and locations, separated by ", "; or "": none was asked */
};

/* Adds H for people, a line for each fact. */
void report_head_text(const struct report_head *h, struct buf *ret);
/* Adds H as the JSON member "head". */
void report_head_json(const struct report_head *h, struct buf *ret);
/*
 * Calls FN with each fact of H: its name, and what it is. One that is not known is left out. The texts are
 * as they came.
 */
void report_head_each(const struct report_head *h,
		      void (*fn)(void *ctx, const char *name, const char *value), void *ctx);

#endif
