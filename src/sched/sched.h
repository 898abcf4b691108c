/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drv/drv.h"

/*
 * The order of work: a graph of derivations, of which some are ready. A pure data structure: it
 * starts nothing and knows no clock. Longest path first: among the ready ones, the one whose chain
 * of users takes longest to the end is handed out next.
 *
 * Call sequence: sched_new, then until sched_finished: sched_next while there is room, and
 * sched_done for each that was handed out. Not for several threads at once: the caller locks.
 */
struct sched;

enum sched_state {
	SCHED_WAITING, /* an input is not done */
	SCHED_READY,   /* may be handed out */
	SCHED_RUNNING, /* handed out, not done */
	SCHED_OK,      /* done */
	SCHED_FAILED,  /* done, and failed */
	SCHED_SKIPPED, /* an input failed or was skipped */
};

/*
 * Makes a schedule of the N derivations NODES (borrowed, all inputs before their users, as
 * drv_closure gives them; inputs outside the list count as done). COST_NS gives each one's expected
 * time, 0 for unknown (the mean of the known ones is assumed, or one second).
 */
int sched_new(const struct drv *const *nodes, size_t n, const uint64_t *cost_ns,
	      struct sched **ret);
void sched_free(struct sched *s);

/* Hands out the next ready node. Returns false when none is ready. */
bool sched_next(struct sched *s, size_t *ret_node);
/* Tells that NODE is done. A failure marks everything that needs it as skipped. */
void sched_done(struct sched *s, size_t node, bool ok);
/* Returns a node's state. */
enum sched_state sched_state(const struct sched *s, size_t node);
/* Returns the nanoseconds that NODE is expected to take. */
uint64_t sched_cost_ns(const struct sched *s, size_t node);
/* Returns whether nothing is ready or running any more. */
bool sched_finished(const struct sched *s);
/*
 * Estimates the time to the end with JOBS workers: the larger of the longest chain and the sum of
 * what is left over JOBS. Nanoseconds.
 */
uint64_t sched_estimate_ns(const struct sched *s, unsigned jobs);
/*
 * Lists the nodes on the longest chain, first to last, into RET (room for all nodes). Returns how
 * many.
 */
size_t sched_critical_path(const struct sched *s, size_t *ret);

#endif
