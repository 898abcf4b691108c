/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/rebuild.h"

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
	struct rebuild *w = ctx;
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
	struct rebuild *w = ctx;
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
	struct rebuild *w = ctx;
	struct arena a = ARENA_INIT;
	struct action act;
	struct build_once once = {0};
	struct build_vary how = vary_of(vary);
	struct store *s = NULL;
	int r = store_open(w->state, 0, &s, f);
	if (r == 0)
		r = builder_resolve(w->b, s, &a, d, &act, f);
	if (r == 0)
		r = builder_once(w->b, s, &act, &how, &once, f);
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
	struct rebuild *w = ctx;
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
	struct rebuild *w = ctx;
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
	struct rebuild *w = ctx;
	return overrides_cover(w->c->recipes, d);
}

static void op_judged(void *ctx, const struct verify_result *r)
{
	struct rebuild *w = ctx;
	record_judged(w->record, r, 1);
}

static bool op_stopped(void *ctx)
{
	(void)ctx;
	return signals_interrupted();
}

/* What a derivation is to a verification of the targets alone. */
enum near { FAR, INPUT, TARGET };

/* Marks each of the NODES, among which are the N targets and their inputs, with what it is. */
static void mark_near(struct drv **nodes, size_t nnodes, const struct drv *const *targets,
		      size_t n)
{
	for (size_t i = 0; i < nnodes; i++)
		nodes[i]->mark = FAR;
	for (size_t i = 0; i < nnodes; i++)
		for (size_t t = 0; t < n; t++)
			if (nodes[i] == targets[t])
				nodes[i]->mark = TARGET;
	/* Inputs stand before their users. */
	for (size_t u = nnodes; u-- > 0;)
		for (size_t i = 0; nodes[u]->mark == TARGET && i < nodes[u]->ninputs; i++)
			for (size_t k = 0; k < u; k++)
				if (nodes[k] == nodes[u]->inputs[i].drv &&
				    nodes[k]->mark == FAR)
					nodes[k]->mark = INPUT;
}

/* Drops the NODES that are less than LEAST, keeps the order, and returns how many are left. */
static size_t keep_near(struct drv **nodes, size_t n, enum near least)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (nodes[i]->mark >= least)
			nodes[kept++] = nodes[i];
	return kept;
}

int rebuild_verify(struct rebuild *w, const struct drv *const *targets, size_t n,
		   struct verify_options *o, struct verify_report *ret, struct fault *f)
{
	struct drv **nodes = NULL;
	size_t nnodes = 0;
	int r = drv_closure(targets, n, &nodes, &nnodes, f);
	if (r == 0 && o->only) {
		mark_near(nodes, nnodes, targets, n);
		nnodes = keep_near(nodes, nnodes, INPUT);
	}
	/* Every node must be there: with an early cut-off an input may never have been built. */
	struct build_result *built = r == 0 ? calloc(nnodes + 1, sizeof *built) : NULL;
	if (r == 0)
		r = built
			? builder_run(w->b, (const struct drv *const *)nodes, nnodes, built, f)
			: -ENOMEM;
	if (r == 0 && o->only) {
		/* The build had the marks in its hands. */
		mark_near(nodes, nnodes, targets, n);
		nnodes = keep_near(nodes, nnodes, TARGET);
	}
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
		drv_number(nodes, nnodes);
		for (size_t i = 0; r == 0 && i < n; i++) {
			size_t at = drv_index(nodes, nnodes, targets[i]);
			if (at < nnodes)
				ret->results[at].asked = true;
		}
	}
	free(built);
	free(nodes);
	return r;
}
