/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_MANY_H
#define TESTS_MANY_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/path.h"
#include "store/history.h"

/*
 * Makes a store that has grown for years, for pages_many.c and `make bench`: N outputs called output-00000 and so
 * on, each built from up to three of those before it; one run that verified all of them, and MANY_RUNS that verified
 * a few each. One in a hundred differs.
 */
enum { MANY_RUNS = 300, MANY_EACH = 40 };

static inline const char *many_verdict(size_t i)
{
	static const char *const others[] = {"inherits", "unchecked", "failed", "sampled-out"};
	return i % 100 == 7 ? "differs" : i % 50 == 3 ? others[i / 50 % 4] : "reproduced";
}

/* Makes derivation I of DRVS, the ones before it being there. */
static inline int many_drv(struct arena *a, struct drv *drvs, size_t i)
{
	static const char *argv[] = {"true", NULL};
	static struct drv_step step = {.argv = argv, .argc = 1, .dir = "", .in = "", .out = ""};
	struct drv *d = &drvs[i];
	*d = (struct drv){.system = "i686-linux", .steps = &step, .nsteps = 1};
	d->name = arena_fmt(a, "output-%05zu", i);
	d->inputs = arena_array(a, 3, sizeof *d->inputs);
	if (!d->name || !d->inputs)
		return -ENOMEM;
	const size_t above[] = {i / 2, i / 3, i > 0 ? i - 1 : 0}; /* sorted, as names are */
	for (size_t k = 0; k < 3; k++) {
		size_t x = above[k == 0 ? 1 : k == 1 ? 0 : 2];
		bool there = x >= i;
		for (size_t j = 0; j < d->ninputs; j++)
			there |= d->inputs[j].drv == &drvs[x];
		if (!there)
			d->inputs[d->ninputs++] = (struct drv_input){drvs[x].name, &drvs[x]};
	}
	return drv_set_id(d);
}

static inline int many_realise(struct store *s, const struct drv *d,
			       const struct digest *object, struct fault *f)
{
	struct drv plain = {
	    .name = d->name, .system = d->system, .steps = d->steps, .nsteps = d->nsteps};
	struct action act = {.drv = &plain};
	struct buf json = BUF_INIT;
	int r = action_set_id(&act);
	if (r == 0)
		r = action_json(&act, &json);
	if (r == 0)
		r = store_put_drv(s, d, f);
	struct store_realisation v = {.action = act.id,
				      .drv = d->id,
				      .object = *object,
				      .outcome = STORE_BUILT,
				      .builder = "",
				      .started_ns = 1700000000000000000,
				      .ended_ns = 1700000001000000000,
				      .wall_ns = 1000000000,
				      .max_rss = 1 << 20,
				      .name = d->name,
				      .log = "",
				      .attestable = true};
	if (r == 0)
		r = store_put_realisation(s, &v, buf_view(&json), f);
	buf_release(&json);
	return r;
}

/* Records a run that verified outputs FIRST to END. FLIP: one of them came out as never before. */
static inline int many_run(struct store *s, const struct drv *drvs, size_t first, size_t end,
			   bool flip, const struct digest *object, struct fault *f)
{
	const struct history_run run = {.plan = "nightly",
					.cause = "clock",
					.attempt = 1,
					.state = "running",
					.reason = "",
					.recipes = "/r",
					.revision = ""};
	char command
	    [64]; /* of its own: what the same command does not find any more stands no longer */
	snprintf(command, sizeof command, "[\"verify\", \"%zu-%zu\"]", first, end);
	struct history_job job = {.command = command, .directory = "", .config = "", .log = ""};
	struct history_result *all = calloc(end - first + 1, sizeof *all);
	int64_t id = 0, nr = 0;
	int r = all ? history_run_begin(s, &run, &id, f) : -ENOMEM;
	job.run = id;
	if (r == 0)
		r = history_job_begin(s, &job, &nr, f);
	for (size_t i = first; r == 0 && i < end; i++)
		all[i - first] = (struct history_result){
		    .job = nr,
		    .mode = "rebuild",
		    .output = drvs[i].name,
		    .verdict = flip && i == first ? "failed" : many_verdict(i),
		    .drv = drvs[i].id,
		    .object = *object,
		    .started_ns = 1700000000000000000,
		    .ended_ns = 1700000001000000000,
		    .wall_ns = 1000000000,
		    .detail = "{}"};
	if (r == 0)
		r = history_results_put(s, all, end - first, f);
	if (r == 0)
		r = history_job_end(s, nr, "done", 0, f);
	if (r == 0)
		r = history_run_end(s, id, "done", "", f);
	free(all);
	return r;
}

/* Makes it in the folder STATE. 0 or negative, F says why. */
static inline int many_make(const char *state, size_t n, struct fault *f)
{
	struct arena a = ARENA_INIT;
	struct store *s = NULL;
	struct store_object o = {0};
	FREE_PTR char *tmp = NULL;
	struct drv *drvs = arena_array(&a, n + 1, sizeof *drvs);
	int r = drvs ? store_open(state, STORE_CREATE, &s, f) : -ENOMEM;
	if (r == 0)
		r = store_tmp(s, "many", &tmp, f);
	FREE_PTR char *file = r == 0 ? path_join(tmp, "file") : NULL;
	if (r == 0)
		r = file ? file_write_atomic(file, "x", 1, 0644, f) : -ENOMEM;
	if (r == 0)
		r = store_add(s, file, NULL, 0, &o, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = many_drv(&a, drvs, i);
		if (r == 0)
			r = many_realise(s, &drvs[i], &o.hash, f);
	}
	if (r == 0)
		r = many_run(s, drvs, 0, n, false, &o.hash, f);
	for (size_t i = 0; r == 0 && i < MANY_RUNS; i++) {
		size_t first = n > MANY_EACH ? i * 97 % (n - MANY_EACH) : 0;
		r = many_run(s, drvs, first, first + (n < MANY_EACH ? n : MANY_EACH),
			     i % 3 == 0, &o.hash, f);
	}
	store_close(s);
	arena_release(&a);
	return r;
}

#endif
