/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_SLURM_TEXT_H
#define ENGINE_SLURM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"
#include "engine/node.h"
#include "hash/digest.h"

/*
 * What Slurm's programs print. squeue is asked by `--format=%A|%T|%r|%N|%k`, which is the same since Slurm 14
 * and needs neither accounting nor a plug-in for JSON, whose schema changes from release to release. A job
 * of ours is told by its comment, "boot-hurd:ACTION:ATTEMPT".
 */
#define SLURM_FORMAT "%A|%T|%r|%N|%k"

enum slurm_state {
	SLURM_QUEUED,  /* it waits */
	SLURM_STUCK,   /* it could not be started on its node, and is held: it will not start */
	SLURM_RUNNING, /* it runs, or does what nobody here knows: it is not at its end */
	SLURM_ENDED,   /* it is over, one way or the other */
};

struct slurm_job {
	uint64_t id;
	enum slurm_state state;
	char word[32];   /* the state as Slurm has it: "NODE_FAIL" */
	char reason[80]; /* why it waits or ended; "" or "None": nothing is said */
	char node[64];   /* where; may be "" */
	struct digest action;
	char attempt[ATTEMPT_LEN + 1];
};

/* Reads the output of sbatch --parsable: "JOB" or "JOB;CLUSTER", and a line end. ERR_SYNTAX. */
int slurm_parse_id(struct view text, uint64_t *ret);
/*
 * Reads the output of squeue. Jobs that are not ours are passed over; a line of ours that is not as it
 * should be, or a last line without its end, is ERR_SYNTAX: then nothing of it counts. RET is malloc'd.
 */
int slurm_parse_queue(struct view text, struct slurm_job **ret, size_t *ret_n, struct fault *f);
/* Returns whether SAID, what sbatch said when it failed, is about something that passes by itself. */
bool slurm_passes(struct view said);

#endif
