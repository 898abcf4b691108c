/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_SYS_H
#define BASE_SYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

/* The system seam: clocks and randomness. */

/*
 * The longest time that is read from outside, 100 years: added to any clock of ours, in nanoseconds, it
 * still fits in an int64_t.
 */
#define SYS_SECONDS_MAX LIMIT_ASKED_TIME_S

/* Returns nanoseconds since the Unix epoch. */
int64_t sys_now_ns(void);
/* Returns nanoseconds on a clock that never goes back. */
int64_t sys_monotonic_ns(void);
/* Fills N bytes with unpredictable ones. Returns 0 or a negated errno. */
int sys_random(void *bytes, size_t n);
/* Returns the processors this process may use, at least 1. */
int sys_cpus(void);
/* Returns the path of the running program, malloc'd; NULL: it cannot be told. */
char *sys_program(void);
/*
 * Undoes what a caller may have handed down and no program of ours can work with; to be called first in
 * main. Descriptors 0, 1 and 2 that are closed are taken up, so that no file opened later gets what is
 * printed (to use them then fails as before); no signal stays blocked; the end of a child is told; the
 * umask leaves us our own rights. Returns 0 or a negated errno.
 */
int sys_settle(void);

#endif
