/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/listener.h"

#include <stdio.h>

/*
 * clone(2), fork(2) and vfork(2). The filter asks about each of them, so a process that multiplies waits
 * until it was counted, however busy the machine is: the limit holds whether or not its watcher outside gets
 * a processor in time. Counting takes a while, so as many as are left after it are let go without.
 *
 * What was let go may not have come to its child yet when they are counted again. Each process can have one
 * such, so there are never more than twice as many as allowed.
 */

bool forks_refused(struct sandbox_listener *l, char *detail, size_t n)
{
	uint64_t limit = l->plan->limits.processes;
	if (!limit)
		return false;
	if (l->forks_left == 0) {
		uint64_t now = sandbox_watch_tasks(l->proc, limit);
		if (now == UINT64_MAX) {
			snprintf(detail, n, "they cannot be counted");
			return true;
		}
		if (now >= limit) {
			sandbox_watch_explain_tasks(l->proc, limit, detail, n);
			return true;
		}
		l->forks_left = limit - now;
	}
	l->forks_left--;
	return false;
}
