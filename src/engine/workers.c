/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <stdlib.h>

#include "base/sys.h"
#include "sched/sched.h"

/* The workers of a run: each takes what is ready until nothing is left. */

/* One run of the builder, shared by its workers. */
struct run {
	struct builder *b;
	const struct drv **nodes; /* what is to be done */
	size_t n;
	struct sched *sched; /* under lock */
	pthread_mutex_t lock;
	pthread_cond_t change; /* a node was done */
	int first_error;       /* under lock; 0 = none */
	struct fault fault;    /* of the first error; under lock */
	unsigned jobs;
};

/* Does one node, from resolution to registration. */
static int do_node(struct run *run, struct store *s, const struct drv *d, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct action act;
	int r = builder_resolve(run->b, s, &a, d, &act, f);
	if (r < 0)
		builder_event(
		    run->b, &(struct build_event){.kind = BUILD_FAILED, .drv = d, .fault = f});
	else
		r = build_realise(run->b, s, &a, &act, f);
	arena_release(&a);
	return r;
}

/*
 * Holds what came of D by the builder's own handle, which outlives the workers' ones: no collection takes
 * it before the caller has made it a root. Under lock.
 */
static int hold_result(struct run *run, const struct drv *d, struct fault *f)
{
	struct digest action, object;
	int r = store_find_resolved(run->b->store, &d->id, &action, &object);
	if (r < 0)
		return fault_set(f, r, "recipe '%s': cannot find what was built:", d->name);
	return store_hold(run->b->store, &object, f);
}

/* Returns whether workers should take nothing new. Under lock. */
static bool should_stop(struct run *run)
{
	return build_stopped(run->b) || (run->first_error && !run->b->o.keep_going);
}

/* A worker: takes nodes until there are none. */
static void *work(void *arg)
{
	struct run *run = arg;
	struct store *s = NULL;
	struct fault f = FAULT_INIT;
	int opened = store_open(run->b->o.store, STORE_CREATE | STORE_MAY_LOOK, &s, &f);
	pthread_mutex_lock(&run->lock);
	if (opened < 0 && !run->first_error) {
		run->first_error = opened;
		run->fault = f;
	}
	size_t node;
	while (opened == 0 && !should_stop(run) && !sched_finished(run->sched)) {
		if (!sched_next(run->sched, &node)) {
			pthread_cond_wait(&run->change, &run->lock);
			continue;
		}
		pthread_mutex_unlock(&run->lock);
		int r = do_node(run, s, run->nodes[node], &f);
		pthread_mutex_lock(&run->lock);
		if (r == 0)
			r = hold_result(run, run->nodes[node], &f);
		if (r < 0 && !run->first_error) {
			run->first_error = r;
			run->fault = f;
		}
		sched_done(run->sched, node, r == 0);
		pthread_cond_broadcast(&run->change);
	}
	pthread_cond_broadcast(&run->change);
	pthread_mutex_unlock(&run->lock);
	store_close(s);
	return NULL;
}

/* Makes the schedule and lets the workers go through it. */
static int run_nodes(struct run *run, struct fault *f)
{
	uint64_t *cost = calloc(run->n + 1, sizeof *cost);
	for (size_t i = 0; cost && i < run->n; i++)
		cost[i] = store_expected_ns(run->b->store, run->nodes[i]->name);
	int r = cost ? sched_new(run->nodes, run->n, cost, &run->sched) : -ENOMEM;
	free(cost);
	if (r < 0)
		return fault_set(f, r, "cannot plan the build:");
	unsigned jobs = run->jobs < run->n ? run->jobs : (unsigned)run->n;
	builder_event(run->b, &(struct build_event){
				  .kind = BUILD_PLANNED,
				  .total = run->n,
				  .estimate_ns = sched_estimate_ns(run->sched, run->jobs)});
	pthread_t *threads = calloc(jobs, sizeof *threads);
	unsigned started = 0;
	while (threads && started < jobs &&
	       pthread_create(&threads[started], NULL, work, run) == 0)
		started++;
	if (!started)
		r = fault_set(f, -EAGAIN, "cannot start a worker:");
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	for (size_t i = 0; i < run->n; i++)
		if (sched_state(run->sched, i) == SCHED_SKIPPED)
			builder_event(run->b, &(struct build_event){.kind = BUILD_SKIPPED,
								    .drv = run->nodes[i]});
	sched_free(run->sched);
	return r;
}

int builder_run(struct builder *b, const struct drv *const *targets, size_t n,
		struct build_result *ret, struct fault *f)
{
	struct run run = {.b = b, .fault = FAULT_INIT};
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct build_result){.drv = targets[i]};
	int r = build_take_offered(b, targets, n, f);
	if (r == 0)
		r = build_plan_targets(b, targets, n, ret, &run.nodes, &run.n, f);
	if (r < 0)
		return r;
	run.jobs = b->o.jobs ? b->o.jobs : (unsigned)sys_cpus();
	pthread_mutex_init(&run.lock, NULL);
	pthread_cond_init(&run.change, NULL);
	if (run.n)
		r = run_nodes(&run, f);
	pthread_cond_destroy(&run.change);
	pthread_mutex_destroy(&run.lock);
	free(run.nodes);
	if (r < 0)
		return r;
	bool all = true;
	store_read_begin(b->store);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (ret[i].ok)
			continue;
		int found = store_find_resolved(b->store, &targets[i]->id, &ret[i].action,
						&ret[i].object);
		ret[i].ok = found == 0;
		all = all && ret[i].ok;
		r = run.first_error ? 0 : store_lookup(b->store, found, f);
	}
	store_read_end(b->store);
	if (r < 0)
		return r;
	if (run.first_error) {
		if (f)
			*f = run.fault;
		return run.first_error;
	}
	if (!all)
		return fault_set(f, ERR_CANCELLED, "stopped before everything was built");
	return 0;
}
