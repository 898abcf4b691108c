/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "sched/sched.h"

int builder_new(const struct build_options *o, struct builder **ret, struct fault *f)
{
	struct builder *b = calloc(1, sizeof *b);
	if (!b)
		return fault_set(f, -ENOMEM, "cannot build:");
	b->o = *o;
	pthread_mutex_init(&b->events, NULL);
	int r = store_open(o->store, STORE_CREATE | STORE_MAY_LOOK, &b->store, f);
	if (r < 0) {
		builder_free(b);
		return r;
	}
	*ret = b;
	return 0;
}

void builder_free(struct builder *b)
{
	if (!b)
		return;
	store_close(b->store);
	pthread_mutex_destroy(&b->events);
	free(b->refused);
	free(b);
}

struct store *builder_store(struct builder *b)
{
	return b->store;
}

void builder_stop(struct builder *b, int level)
{
	atomic_store(&b->stop, level);
}

void builder_event(struct builder *b, const struct build_event *e)
{
	struct build_event copy = *e;
	if (!b->o.event)
		return;
	if (!copy.detail)
		copy.detail = "";
	pthread_mutex_lock(&b->events);
	b->o.event(b->o.event_ctx, &copy);
	pthread_mutex_unlock(&b->events);
}

/* Checks that OBJECT, which the database has for D, is on the disk, too. */
static int check_there(struct builder *b, const struct drv *d, const struct digest *object,
		       struct fault *f)
{
	struct stat st;
	FREE_PTR char *path = store_object_path(b->store, object);
	if (!path)
		return -ENOMEM;
	if (lstat(path, &st) == 0)
		return 0;
	if (errno != ENOENT)
		return fault_set(f, -errno, "cannot look at %s:", path);
	fault_set(f, ERR_CORRUPT, "the output of %s is gone from the store: %s", d->name, path);
	fault_hint(f, "boot-hurd store repair builds it again");
	return ERR_CORRUPT;
}

/*
 * Finds what is not in the store, inputs before users. Only what a target really needs is asked
 * for: the inputs of a realised derivation are not.
 */
int builder_plan(struct builder *b, const struct drv *const *targets, size_t n,
		 struct drv ***ret, size_t *ret_n, struct fault *f)
{
	struct drv **all = NULL;
	size_t nall = 0, todo = 0;
	int r = drv_closure(targets, n, &all, &nall, f);
	bool *needed = r == 0 ? calloc(nall + 1, sizeof *needed) : NULL;
	if (r == 0 && !needed) {
		r = -ENOMEM;
		fault_set(f, r, "cannot plan:");
	}
	if (r == 0)
		drv_number(all, nall);
	for (size_t i = 0; r == 0 && i < n; i++)
		needed[drv_index(all, nall, targets[i])] = true;
	for (size_t i = nall; r == 0 && i-- > 0;) {
		struct digest action, object;
		if (!needed[i])
			continue;
		int had = store_find_resolved(b->store, &all[i]->id, &action, &object);
		if (had == 0)
			had = store_hold(b->store, &object, NULL);
		r = store_lookup(b->store, had, f);
		if (r == 0 && had == 0) {
			r = check_there(b, all[i], &object, f);
			needed[i] = false;
			continue;
		}
		for (size_t k = 0; k < all[i]->ninputs; k++)
			needed[drv_index(all, nall, all[i]->inputs[k].drv)] = true;
	}
	for (size_t i = 0; r == 0 && i < nall; i++)
		if (needed[i])
			all[todo++] = all[i];
	free(needed);
	if (r < 0) {
		free(all);
		return r;
	}
	*ret = all;
	*ret_n = todo;
	return 0;
}

/* One run of the builder, shared by its workers. */
struct run {
	struct builder *b;
	struct drv **nodes; /* what is to be done */
	size_t n;
	struct sched *sched; /* under lock */
	pthread_mutex_t lock;
	pthread_cond_t change; /* a node was done */
	int first_error;       /* under lock; 0 = none */
	struct fault fault;    /* of the first error; under lock */
	unsigned jobs;
};

/* Moves the log of ONCE to its place in the store. RET gets the path relative to the store. */
static int keep_log(struct store *s, const struct action *act, const struct build_once *once,
		    char **ret, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&act->id, hex);
	char *rel = NULL;
	FREE_PTR char *dir = NULL, *to = NULL;
	if (asprintf(&dir, "%s/logs/%.2s", store_path(s), hex) < 0 ||
	    asprintf(&rel, "logs/%.2s/%s-%lld.log", hex, hex, (long long)once->started_ns) <
		0 ||
	    !(to = path_join(store_path(s), rel)))
		return fault_set(f, -ENOMEM, "cannot keep the log:");
	int r = file_mkdirs(dir, f);
	if (r == 0 && rename(once->log, to) < 0)
		r = fault_set(f, -errno, "cannot keep the log as %s:", to);
	if (r < 0) {
		free(rel);
		return r;
	}
	*ret = rel;
	return 0;
}

int build_record(struct store *s, const struct action *act, struct store_realisation *real,
		 struct fault *f)
{
	struct buf json = BUF_INIT;
	real->action = act->id;
	real->drv = act->drv->id;
	real->name = act->drv->name;
	int r = store_put_drv(s, act->drv, f);
	if (r == 0)
		r = action_json(act, &json);
	if (r == 0)
		r = store_put_realisation(s, real, buf_view(&json), f);
	buf_release(&json);
	return r;
}

/* Registers what ONCE gave for ACT, or that it failed. RET_LOG gets the log's absolute path. */
static int record(struct builder *b, struct store *s, const struct action *act,
		  const struct build_once *once, bool ok, char **ret_log,
		  struct digest *ret_object, struct fault *f)
{
	FREE_PTR char *log = NULL;
	struct store_object object = {0};
	int r = keep_log(s, act, once, &log, f);
	if (r == 0)
		*ret_log = path_join(store_path(s), log);
	if (r == 0 && ok)
		r = store_add(s, once->tree, once->refs, once->nrefs, &object, f);
	bool overridden = b->o.overridden && b->o.overridden(b->o.overridden_ctx, act->drv);
	struct store_realisation real = {
	    .object = object.hash,
	    .outcome = ok ? STORE_BUILT : STORE_FAILED,
	    .builder = "",
	    .started_ns = once->started_ns,
	    .ended_ns = once->ended_ns,
	    .wall_ns = once->run.wall_ns,
	    .user_ns = once->run.user_ns,
	    .sys_ns = once->run.sys_ns,
	    .max_rss = once->run.max_rss,
	    .log = log,
	    .attestable = !overridden,
	};
	if (r == 0)
		r = build_record(s, act, &real, f);
	*ret_object = object.hash;
	return r;
}

/* Carries out ACT, whose lock is held, and tells how it went. */
static int build_action(struct builder *b, struct store *s, const struct action *act,
			struct fault *f)
{
	struct build_once once;
	struct digest object;
	FREE_PTR char *log = NULL;
	builder_event(b, &(struct build_event){.kind = BUILD_STARTED, .drv = act->drv});
	int r = builder_once(b, s, act, NULL, &once, f);
	bool ran = r == 0 || r == ERR_BUILD;
	if (ran) {
		struct fault g = FAULT_INIT;
		int k = record(b, s, act, &once, r == 0, &log, &object, &g);
		if (k < 0) {
			*f = g;
			r = fault_wrap(f, "recipe '%s'", act->drv->name);
		}
	}
	if (r == ERR_BUILD)
		build_hint_no_shell(log ? log : "", f);
	FREE_PTR char *kept = NULL;
	if (r == ERR_BUILD && b->o.keep_failed &&
	    store_keep_tmp(s, once.folder, &kept, NULL) == 0)
		fault_hint(f, "kept: %s/build; enter it with: boot-hurd shell --kept %s %s",
			   kept, kept, act->drv->name);
	else if (once.folder)
		file_remove_tree(once.folder, NULL);
	if (r == 0)
		builder_event(b, &(struct build_event){.kind = BUILD_FINISHED,
						       .drv = act->drv,
						       .detail = log,
						       .wall_ns = once.run.wall_ns,
						       .object = &object});
	else
		builder_event(b, &(struct build_event){.kind = BUILD_FAILED,
						       .drv = act->drv,
						       .detail = log,
						       .wall_ns = once.run.wall_ns,
						       .fault = f});
	build_once_release(&once);
	return r;
}

int build_lock(struct builder *b, struct store *s, const struct digest *id,
	       const struct drv *tell, struct store_lock **ret, struct fault *f)
{
	const struct timespec pause = {0, 50000000};
	int r = store_lock_action(s, id, false, ret, f);
	if (r > 0 && tell)
		builder_event(b, &(struct build_event){.kind = BUILD_WAITING, .drv = tell});
	while (r > 0) {
		if (atomic_load(&b->stop))
			return fault_set(f, ERR_CANCELLED,
					 "stopped while another process was at it");
		nanosleep(&pause, NULL);
		r = store_lock_action(s, id, false, ret, f);
	}
	return r;
}

/* Brings ACT into the store: found, or built under its lock. */
static int realise(struct builder *b, struct store *s, struct arena *a,
		   const struct action *act, struct fault *f)
{
	struct store_realisation found;
	struct store_lock *lock = NULL;
	int r = build_lock(b, s, &act->id, act->drv, &lock, f);
	if (r == ERR_CANCELLED)
		fault_wrap(f, "recipe '%s'", act->drv->name);
	if (r < 0)
		return r;
	int had = store_find_realisation(s, a, &act->id, &found);
	if (had == 0)
		had = store_hold(s, &found.object, NULL);
	if (store_lookup(s, had, f) < 0) {
		store_unlock(lock);
		return had;
	}
	if (had == 0) {
		r = store_put_drv(s, act->drv, f);
		if (r == 0)
			r = store_link(s, &act->drv->id, &act->id, f);
		builder_event(b, &(struct build_event){.kind = BUILD_REUSED,
						       .drv = act->drv,
						       .object = &found.object});
	} else {
		r = build_substitute(b, s, act, f);
		if (r > 0)
			r = build_action(b, s, act, f);
	}
	store_unlock(lock);
	return r;
}

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
		r = realise(run->b, s, &a, &act, f);
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
	return atomic_load(&run->b->stop) || (run->first_error && !run->b->o.keep_going);
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
		r = builder_plan(b, targets, n, &run.nodes, &run.n, f);
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
