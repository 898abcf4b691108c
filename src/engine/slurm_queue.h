/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_SLURM_QUEUE_H
#define ENGINE_SLURM_QUEUE_H

#include "engine/slurm_text.h"

/*
 * Slurm's queue as squeue last listed it, for several threads. One asks at a time, the others take what it
 * got; slurmctld is asked every few seconds however many jobs there are, and less often while it does not answer.
 */
struct slurm_queue;

int slurm_queue_new(struct slurm_queue **ret);
void slurm_queue_free(struct slurm_queue *q);

/*
 * Asks squeue, when that is due. Returns the number of the newest listing (1 is the first; 0: none yet), which
 * grows with each that arrives. F (may be NULL) gets why the last try failed; its code is 0 when it did not.
 */
uint64_t slurm_queue_look(struct slurm_queue *q, struct fault *f);
/*
 * Returns the number that the next listing to be begun will have: what is handed in now cannot be missing there.
 */
uint64_t slurm_queue_next(struct slurm_queue *q);
/* Finds job ID, or with 0 one for ACTION that is not over, or with ATTEMPT that attempt's. False: none. */
bool slurm_queue_find(struct slurm_queue *q, uint64_t id, const struct digest *action,
		      const char *attempt, struct slurm_job *ret);

/* Cancels job ID, as well as that goes. */
void slurm_cancel(uint64_t id);

#endif
