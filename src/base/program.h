/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Other programs, called by their words: no shell is involved. */
struct program {
	const char *const *argv; /* ends in NULL; argv[0] is looked up in PATH */
	const char *const
	    *hides; /* beginnings of "NAME=" of variables that it does not see; ends in
				     NULL; or NULL */
	const char *const *sets; /* "NAME=VALUE" that it sees besides; ends in NULL; or NULL */
	unsigned limit_s;        /* it is killed after so many seconds */
	size_t max; /* bytes of each of its outputs; it is killed when it writes more */
	/* Asked five times a second: true kills it, which is ERR_CANCELLED. May be NULL. */
	bool (*stopped)(void *ctx);
	void *ctx;
};

/* What it wrote, and how it ended. */
struct program_result {
	struct buf out, err;
	int status; /* its exit status, or 128 and the signal that ended it */
};

/* Frees what R owns. */
void program_result_release(struct program_result *r);

/*
 * Runs P to its end, in English (LC_ALL=C), with nothing to read, in a process group of its own, so that ^C
 * at the terminal does not reach it. RET (all zeros) is filled whatever it returned; the caller releases it. A
 * status other than 0 is not an error here. -ENOENT: there is no such program; ERR_LIMIT: it was killed.
 */
int program_run(const struct program *p, struct program_result *ret, struct fault *f);

#endif
