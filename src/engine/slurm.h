/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ENGINE_SLURM_H
#define ENGINE_SLURM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "engine/engine.h"
#include "hash/ed25519.h"

/*
 * The executor that has Slurm carry out actions: each is a job that runs `boot-hurd realise ACTION` on a node.
 * What it needs is brought to a publication, the exchange, and what came of it is fetched from there. The
 * signed answer counts, whatever Slurm says: an answer that is there is taken even while slurmctld is
 * down, and a job that has ended without one (its node was lost, it was cancelled, it ran out of time) is
 * handed in again, SLURM_ATTEMPTS times in all. No job is handed in before a listing of the queue has shown
 * that none for the same action is alive, be it one of an earlier run that was killed.
 *
 * sbatch, squeue and scancel are called by their words. Slurm 21.08 or later.
 */
enum { SLURM_ATTEMPTS = 3 };

struct slurm_options {
	const char
	    *exchange; /* "/folder" on a disk that all nodes share, "http://…" or "https://…" */
	const struct key *keys; /* public ones of the nodes; what others sign does not count */
	size_t nkeys;
	const char
	    *node_state;     /* each node keeps its store in a folder of its name below this */
	const char *program; /* boot-hurd on the nodes, a whole path */
	const char *const *job_options; /* further options of sbatch */
	size_t njob_options;
	unsigned cpus;         /* of a job; 0 = what make is told in its recipe */
	bool offline;          /* the exchange may not be a URL */
	bool (*stopped)(void); /* asked while files are written to the exchange; or NULL */
};

struct slurm;

/*
 * Makes the executor; O is copied, what it points to is borrowed. ERR_CONFIG: Slurm's programs are not
 * there, or do not answer.
 */
int slurm_new(const struct slurm_options *o, struct slurm **ret, struct fault *f);
void slurm_free(struct slurm *s);
/* Returns it for build_options; it lives as long as S. */
const struct executor *slurm_executor(const struct slurm *s);

#endif
