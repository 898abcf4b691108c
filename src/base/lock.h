/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <stdbool.h>
#include <sys/file.h>
#include <sys/types.h>

#include "base/err.h"

/* Locks between processes, by flock(2): closing the descriptor, or dying, gives one up. */

/*
 * flock(2) that goes on after signals; OPERATION is LOCK_SH or LOCK_EX. WAIT false: 1 when somebody else
 * has it. Returns 0 or a negated errno.
 */
int lock_fd(int fd, int operation, bool wait);
void lock_release(int fd);

/*
 * Opens the lock file PATH (made when missing, with MODE less umask) and locks it exclusively; when the
 * file was removed meanwhile, tries again. WAIT false: 1 when somebody else has it. RET_FD is the
 * caller's, and set only when 0 is returned. Negative: what open(2) or flock(2) said, F with the path.
 */
int lock_file(const char *path, mode_t mode, bool wait, int *ret_fd, struct fault *f);

#endif
