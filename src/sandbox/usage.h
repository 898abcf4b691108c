/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_USAGE_H
#define SANDBOX_USAGE_H

#include <stdint.h>

/* What a run takes up on disk, measured from outside. */

enum usage_state {
	USAGE_EXACT,
	USAGE_CHANGED, /* folders were moved meanwhile: BYTES is at least that; measure again */
	USAGE_HIDDEN, /* a process cannot be looked at: each, for a moment, when it starts a program */
	USAGE_UNREADABLE, /* a folder cannot be read; as who may, it might be */
	USAGE_FAILED, /* cannot be measured: no memory, no descriptors, an error of the disk */
};

struct usage {
	enum usage_state state;
	uint64_t bytes; /* on disk (st_blocks); a file with several names counts once */
};

/*
 * Measures what is at PATH and below it, however deep, with a handful of descriptors. What is not there is
 * 0 bytes. USER_NS is a descriptor of a user namespace that the caller owns, or -1: folders that the
 * caller cannot read are measured with the rights of that namespace, by a process of their own.
 */
struct usage usage_measure(const char *path, int user_ns);

/*
 * Returns the bytes of files on device DEV that have no name any more, but are open in a process of the
 * /proc open as PROC; each counts once.
 */
struct usage usage_unlinked(int proc, uint64_t dev);

#endif
