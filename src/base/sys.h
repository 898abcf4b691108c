/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_SYS_H
#define BASE_SYS_H

#include <stddef.h>
#include <stdint.h>

/* The system seam: clocks and randomness. */

/* Returns nanoseconds since the Unix epoch. */
int64_t sys_now_ns(void);
/* Returns nanoseconds on a clock that never goes back. */
int64_t sys_monotonic_ns(void);
/* Fills N bytes with unpredictable ones. Returns 0 or a negated errno. */
int sys_random(void *bytes, size_t n);
/* Returns the processors this process may use, at least 1. */
int sys_cpus(void);
/*
 * Takes up the descriptors 0, 1 and 2 where the caller left them closed, so that no file opened later
 * gets what is printed. To use them then fails as before. Returns 0 or a negated errno.
 */
int sys_keep_standard(void);

#endif
