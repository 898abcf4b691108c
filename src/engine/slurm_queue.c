/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/slurm_queue.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "base/sys.h"

enum { LIST_MAX = 64 << 20, LIMIT_S = 60, EVERY_S = 3, EVERY_MAX_S = 60 };
static const int64_t NS = 1000000000;

/* Defaults of a user would change what squeue prints. */
static const char *const HIDES[] = {"SQUEUE_", NULL};

struct slurm_queue {
	pthread_mutex_t lock; /* over all below */
	struct slurm_job *jobs;
	size_t n;
	uint64_t done, begun; /* numbers of the newest listings */
	bool asking;          /* a thread is at it */
	int64_t due_ns;       /* when the next one is due, monotonic */
	unsigned failures;    /* in a row */
	struct fault fault;   /* of the last one */
};

int slurm_queue_new(struct slurm_queue **ret)
{
	struct slurm_queue *q = calloc(1, sizeof *q);
	if (!q)
		return -ENOMEM;
	pthread_mutex_init(&q->lock, NULL);
	*ret = q;
	return 0;
}

void slurm_queue_free(struct slurm_queue *q)
{
	if (!q)
		return;
	pthread_mutex_destroy(&q->lock);
	free(q->jobs);
	free(q);
}

static int ask(struct slurm_job **ret, size_t *ret_n, struct fault *f)
{
	char user[32];
	snprintf(user, sizeof user, "--user=%u", (unsigned)getuid());
	static const char format[] = "--format=" SLURM_FORMAT;
	const char *const argv[] = {"squeue", "--noheader", "--states=all", user, format, NULL};
	const struct program p = {
	    .argv = argv, .hides = HIDES, .limit_s = LIMIT_S, .max = LIST_MAX};
	struct program_result got = {.status = 0};
	int r = program_run(&p, &got, f);
	struct view said = buf_view(&got.err), line = said;
	if (r == 0 && got.status) {
		view_line(&said, &line);
		r = fault_set(f, ERR_NET, "squeue: %.*s",
			      (int)(line.len < 300 ? line.len : 300), line.ptr ? line.ptr : "");
	}
	if (r == 0)
		r = slurm_parse_queue(buf_view(&got.out), ret, ret_n, f);
	program_result_release(&got);
	return r;
}

uint64_t slurm_queue_look(struct slurm_queue *q, struct fault *f)
{
	struct slurm_job *jobs = NULL;
	size_t n = 0;
	struct fault g = FAULT_INIT;
	pthread_mutex_lock(&q->lock);
	if (!q->asking && sys_monotonic_ns() >= q->due_ns) {
		uint64_t number = ++q->begun;
		q->asking = true;
		pthread_mutex_unlock(&q->lock);
		int r = ask(&jobs, &n, &g);
		pthread_mutex_lock(&q->lock);
		q->asking = false;
		q->failures = r < 0 ? q->failures + 1 : 0;
		unsigned wait = EVERY_S << (q->failures < 5 ? q->failures : 5);
		q->due_ns = sys_monotonic_ns() + (wait < EVERY_MAX_S ? wait : EVERY_MAX_S) * NS;
		q->fault = g;
		if (r == 0) {
			free(q->jobs);
			q->jobs = jobs;
			q->n = n;
			q->done = number;
		}
	}
	if (f)
		*f = q->fault;
	uint64_t done = q->done;
	pthread_mutex_unlock(&q->lock);
	return done;
}

uint64_t slurm_queue_next(struct slurm_queue *q)
{
	pthread_mutex_lock(&q->lock);
	uint64_t next = q->begun + 1;
	pthread_mutex_unlock(&q->lock);
	return next;
}

bool slurm_queue_find(struct slurm_queue *q, uint64_t id, const struct digest *action,
		      const char *attempt, struct slurm_job *ret)
{
	bool found = false;
	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < q->n && !found; i++) {
		const struct slurm_job *j = &q->jobs[i];
		if (id)
			found = j->id == id;
		else if (attempt)
			found =
			    strcmp(j->attempt, attempt) == 0 && digest_eq(&j->action, action);
		else
			found = j->state != SLURM_ENDED && digest_eq(&j->action, action);
		if (found)
			*ret = *j;
	}
	pthread_mutex_unlock(&q->lock);
	return found;
}

void slurm_cancel(uint64_t id)
{
	char number[24];
	snprintf(number, sizeof number, "%" PRIu64, id);
	const char *const argv[] = {"scancel", number, NULL};
	const struct program p = {.argv = argv, .limit_s = LIMIT_S, .max = 1 << 20};
	struct program_result got = {.status = 0};
	program_run(&p, &got, NULL);
	program_result_release(&got);
}
