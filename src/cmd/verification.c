/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/verification.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/sys.h"
#include "cmd/overrides.h"
#include "cmd/signals.h"
#include "nar/nar.h"

/* Each call has a store handle of its own: rebuilds run in several threads. */
static int op_stored(void *ctx, const struct drv *d, struct digest *action,
		     struct digest *object)
{
	struct verification *w = ctx;
	struct store *s = NULL;
	int r = store_open(w->state, 0, &s, NULL);
	if (r < 0)
		return r;
	r = store_find_resolved(s, &d->id, action, object);
	store_close(s);
	return r;
}

static char *op_tree(void *ctx, const struct digest *object)
{
	struct verification *w = ctx;
	return store_object_path(w->c->store, object);
}

/* Turns axes into what a build understands. */
static struct build_vary vary_of(unsigned axes)
{
	struct build_vary v = {0};
	v.file_order = v.sandbox.listing = axes & VARY_FILE_ORDER;
	v.sandbox.aslr = axes & VARY_ASLR;
	v.sandbox.cpus = axes & VARY_CPUS ? 1 : 0;
	v.sandbox.kernel_name = axes & VARY_KERNEL_NAME ? "99.9.9-varied" : NULL;
	v.sandbox.umask = axes & VARY_UMASK ? 077 : 0;
	v.sandbox.user = axes & VARY_USER ? 2000 : 0;
	/* Another year, month, day of the month and of the week, hour, minute and second. */
	v.sandbox.time_offset_s = axes & VARY_TIME ? 403LL * 86400 + 7 * 3600 + 13 * 60 + 7 : 0;
	v.sandbox.wall_offset_s = v.sandbox.time_offset_s;
	v.one_job = axes & VARY_PARALLELISM;
	v.sandbox.cpus_told = axes & VARY_PARALLELISM ? 2 * (int)sys_cpus() + 1 : 0;
	v.ids = v.sandbox.ids = axes & VARY_IDS;
	v.home = axes & VARY_HOME;
	v.sandbox.memory = axes & VARY_MEMORY;
	v.sandbox.processor = axes & VARY_CPU;
	return v;
}

static int op_rebuild(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		      struct fault *f)
{
	struct verification *w = ctx;
	struct arena a = ARENA_INIT;
	struct action act;
	struct build_once once = {0};
	struct build_vary how = vary_of(vary);
	struct store *s = NULL;
	int r = store_open(w->state, 0, &s, f);
	if (r == 0)
		r = builder_resolve(w->b, s, &a, d, &act, f);
	if (r == 0)
		r = engine_rebuild(w->b, s, &act, &how, &once, f);
	if (r == 0)
		r = nar_hash(once.tree, &ret->object, NULL, f);
	/* The folder goes to the caller; what else the build left is not needed. */
	ret->folder = once.folder;
	ret->tree = once.tree;
	ret->wall_ns = once.run.wall_ns;
	once.folder = once.tree = NULL;
	/* The folder goes when the handle it was made with is closed. */
	ret->handle = s;
	build_once_release(&once);
	arena_release(&a);
	return r;
}

static void op_discard(void *ctx, struct verify_build *b)
{
	(void)ctx;
	if (b->folder)
		file_remove_tree(b->folder, NULL);
	store_close(b->handle);
	free(b->folder);
	free(b->tree);
	*b = (struct verify_build){0};
}

static int op_keep(void *ctx, const struct drv *d, struct verify_build *b, char **ret_path,
		   struct fault *f)
{
	int r = store_keep_difference(b->handle, b->tree, d->name, ret_path, f);
	op_discard(ctx, b);
	return r;
}

/*
 * Finds the canary of AXIS: in the recipes at hand, else in those that came with the program. What it
 * is built from is built.
 */
static int op_canary(void *ctx, unsigned axis, const struct drv **ret, struct fault *f)
{
	struct verification *w = ctx;
	struct recipes *recipes = NULL;
	struct build_result built;
	const char *name = arena_fmt(&w->c->arena, "canary-%s", vary_name(axis));
	int r = name ? cmd_recipes(w->c, &recipes, f) : -ENOMEM;
	if (r == 0)
		r = recipes_get(recipes, name, ret, f);
	if (r == ERR_MISSING) {
		r = cmd_own_recipes(w->c, &recipes, f);
		if (r == 0)
			r = recipes_get(recipes, name, ret, f);
	}
	return r == 0 ? builder_run(w->b, ret, 1, &built, f) : r;
}

static void op_progress(void *ctx, const struct drv *d, bool done, enum verdict v)
{
	struct verification *w = ctx;
	if (!done)
		record_step(w->record, "rebuild", d);
	/* What it stands on is known at the end. */
	if (done && (!w->c->quiet || v == VERDICT_DIFFERS || v == VERDICT_FAILED))
		progress_line(w->progress, "%s %s",
			      v == VERDICT_REPRODUCED ? "rebuilt, equal" : verdict_word(v),
			      d->name);
	progress_step(w->progress, d, "rebuilding",
		      !done                    ? PROGRESS_BEGINS
		      : v == VERDICT_FAILED    ? PROGRESS_FAILED
		      : v == VERDICT_UNCHECKED ? PROGRESS_STOPPED
					       : PROGRESS_DONE);
}

static bool op_overridden(void *ctx, const struct drv *d)
{
	struct verification *w = ctx;
	return overrides_cover(w->c->recipes, d);
}

static void op_judged(void *ctx, const struct verify_result *r)
{
	struct verification *w = ctx;
	record_judged(w->record, r, 1);
}

static bool op_stopped(void *ctx)
{
	(void)ctx;
	return signals_interrupted();
}

/* What a derivation is to a verification of the targets alone. */
enum near { FAR, INPUT, TARGET };

/*
 * Says what each of the N NODES is: a target, which are those of the NTARGETS TARGETS, an input of one, or
 * neither. RET has room for N.
 */
static int find_near(const struct drv *const *nodes, size_t n, const struct drv *const *targets,
		     size_t ntargets, enum near *ret)
{
	struct drv_places places;
	int r = drv_places_init(&places, nodes, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		ret[i] = FAR;
	for (size_t t = 0; r == 0 && t < ntargets; t++)
		for (size_t k = 0; k < targets[t]->ninputs; k++)
			ret[drv_place(&places, targets[t]->inputs[k].drv)] = INPUT;
	for (size_t t = 0; r == 0 && t < ntargets; t++)
		ret[drv_place(&places, targets[t])] = TARGET;
	drv_places_release(&places);
	return r;
}

/* Drops those of the N NODES that are less NEAR than LEAST, keeps the order, and returns how many are left. */
static size_t keep_near(const struct drv **nodes, enum near *near, size_t n, enum near least)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (near[i] >= least) {
			nodes[kept] = nodes[i];
			near[kept++] = near[i];
		}
	return kept;
}

/* Notes which of the results, one for each of the N NODES, were asked for. */
static int note_asked(const struct drv *const *nodes, size_t n,
		      const struct drv *const *targets, size_t ntargets,
		      struct verify_report *ret)
{
	struct drv_places places;
	int r = drv_places_init(&places, nodes, n);
	for (size_t i = 0; r == 0 && i < ntargets; i++) {
		size_t at = drv_place(&places, targets[i]);
		if (at < n)
			ret->results[at].asked = true;
	}
	drv_places_release(&places);
	return r;
}

int verification_run(struct verification *w, const struct drv *const *targets, size_t n,
		     struct verify_options *o, struct verify_report *ret, struct fault *f)
{
	const struct drv **nodes = NULL;
	enum near *near = NULL;
	size_t nnodes = 0;
	int r = drv_closure(targets, n, &nodes, &nnodes, f);
	if (r == 0 && o->only) {
		near = calloc(nnodes + 1, sizeof *near);
		r = near ? find_near(nodes, nnodes, targets, n, near) : -ENOMEM;
		nnodes = r == 0 ? keep_near(nodes, near, nnodes, INPUT) : 0;
	}
	/* Every node must be there: with an early cut-off an input may never have been built. */
	struct build_result *built = r == 0 ? calloc(nnodes + 1, sizeof *built) : NULL;
	if (r == 0)
		r = built ? builder_run(w->b, nodes, nnodes, built, f) : -ENOMEM;
	if (r == 0 && o->only)
		nnodes = keep_near(nodes, near, nnodes, TARGET);
	if (r == 0) {
		record_about(w->record, nodes, nnodes);
		progress_plan(w->progress, nnodes);
		struct verify_ops ops = {.ctx = w,
					 .stored = op_stored,
					 .tree = op_tree,
					 .rebuild = op_rebuild,
					 .discard = op_discard,
					 .keep = op_keep,
					 .canary = op_canary,
					 .overridden = op_overridden,
					 .progress = op_progress,
					 .judged = op_judged,
					 .stopped = op_stopped};
		r = verify_run(nodes, nnodes, o, &ops, ret, f);
		if (r == 0)
			r = note_asked(nodes, nnodes, targets, n, ret);
	}
	free(near);
	free(built);
	free(nodes);
	return r;
}
