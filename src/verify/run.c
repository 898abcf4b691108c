/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "hash/sha256.h"
#include "verify/canary.h"

void verify_report_release(struct verify_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->results[i].stored);
		free(r->results[i].kept);
		free(r->results[i].report);
		differences_release(&r->results[i].differences);
	}
	free(r->results);
	free(r->skipped);
	*r = (struct verify_report){0};
}

/* One verification, shared by its workers. */
struct work {
	const struct verify_options *o;
	const struct verify_ops *ops;
	struct verify_report *report;
	atomic_int error;   /* of the machinery; who sets it writes the fault */
	struct fault fault; /* of error */
};

static bool stopped(const struct work *w)
{
	return w->ops->stopped && w->ops->stopped(w->ops->ctx);
}

/*
 * Returns whether D belongs to the sample: a hash of seed and id decides, so that a sample can be
 * repeated and grows with its percentage.
 */
static bool sampled(const struct verify_options *o, const struct drv *d)
{
	struct buf b = BUF_INIT;
	struct digest h;
	if (o->sample >= 100)
		return true;
	buf_add(&b, &o->seed, sizeof o->seed);
	buf_add(&b, d->id.b, DIGEST_LEN);
	sha256_view(buf_view(&b), &h);
	buf_release(&b);
	unsigned v =
	    (unsigned)h.b[0] << 24 | (unsigned)h.b[1] << 16 | (unsigned)h.b[2] << 8 | h.b[3];
	return v < o->sample / 100 * 4294967296.0;
}

/* Rebuilds R's action with AXES and says whether the bits differ: 1, 0 or negative. */
static int rebuild_differs(struct work *w, struct verify_result *r, unsigned axes,
			   struct verify_build *ret, struct fault *f)
{
	*ret = (struct verify_build){0};
	int e = w->ops->rebuild(w->ops->ctx, r->drv, axes, ret, f);
	if (e < 0)
		return e;
	r->wall_ns += ret->wall_ns;
	return !digest_eq(&ret->object, &r->object);
}

/*
 * Finds out which of the axes made the difference: none when a plain rebuild differs too; else each
 * one that does so alone; else (they only do so together) all.
 */
static unsigned find_axes(struct work *w, struct verify_result *r)
{
	struct verify_build b;
	unsigned guilty = 0;
	int d = rebuild_differs(w, r, 0, &b, NULL);
	w->ops->discard(w->ops->ctx, &b);
	if (d > 0)
		return 0;
	for (unsigned i = 0; 1u << i & VARY_ALL && !stopped(w); i++) {
		if (!(w->report->vary & 1u << i))
			continue;
		d = rebuild_differs(w, r, 1u << i, &b, NULL);
		w->ops->discard(w->ops->ctx, &b);
		if (d > 0 || d == ERR_BUILD)
			guilty |= 1u << i;
	}
	return guilty ? guilty : w->report->vary;
}

/* Keeps both trees of a difference and lists it file by file. B is gone afterwards, whatever happens. */
static int record_difference(struct work *w, struct verify_result *r, struct verify_build *b,
			     struct fault *f)
{
	r->verdict = VERDICT_DIFFERS;
	r->other = b->object;
	r->stored = w->ops->tree(w->ops->ctx, &r->object);
	int e = r->stored ? tree_compare(r->stored, b->tree, &r->differences, f) : -ENOMEM;
	if (e < 0)
		w->ops->discard(w->ops->ctx, b);
	else
		e = w->ops->keep(w->ops->ctx, r->drv, b, &r->kept, f);
	if (e == 0 && w->report->vary)
		r->axes = find_axes(w, r);
	return e;
}

/* Compares with the baseline. */
static void check_reference(struct work *w, struct verify_result *r)
{
	if (!w->o->baseline)
		return;
	const struct baseline_row *row = baseline_of_action(w->o->baseline, &r->action);
	if (row) {
		r->in_baseline = true;
		r->baseline_object = row->object;
		r->baseline_differs = !digest_eq(&row->object, &r->object);
		return;
	}
	row = baseline_of_drv(w->o->baseline, &r->drv->id);
	if (row) {
		r->baseline_inherits = true;
		r->baseline_object = row->object;
	}
}

/* Comes to a verdict on one derivation. Negative when the machinery fails. */
static int judge(struct work *w, struct verify_result *r, struct fault *f)
{
	int e = w->ops->stored(w->ops->ctx, r->drv, &r->action, &r->object);
	if (e == ERR_MISSING)
		return fault_set(f, e, "%s is not in the store", r->drv->name);
	if (e < 0)
		return fault_set(f, e, "cannot look %s up in the store:", r->drv->name);
	check_reference(w, r);
	bool chosen = sampled(w->o, r->drv);
	r->verdict = chosen ? VERDICT_UNCHECKED : VERDICT_SAMPLED_OUT;
	for (unsigned i = 0; chosen && i < w->o->rounds && !stopped(w); i++) {
		struct verify_build b;
		/* The first of several rounds is plain, so that both kinds are seen. */
		unsigned axes = i == 0 && w->o->rounds > 1 ? 0 : w->report->vary;
		e = rebuild_differs(w, r, axes, &b, &r->fault);
		if (e == ERR_BUILD) {
			r->verdict = VERDICT_FAILED;
			w->ops->discard(w->ops->ctx, &b);
			return 0;
		}
		if (e < 0) {
			if (f)
				*f = r->fault;
			w->ops->discard(w->ops->ctx, &b);
			return e;
		}
		r->rounds++;
		if (e > 0)
			return record_difference(w, r, &b, f);
		w->ops->discard(w->ops->ctx, &b);
		r->verdict = VERDICT_REPRODUCED;
	}
	if (r->baseline_differs) {
		r->verdict = VERDICT_DIFFERS;
		r->other = r->baseline_object;
	} else if (r->baseline_inherits) {
		r->verdict = VERDICT_INHERITS;
	} else if (r->in_baseline && r->rounds == 0) {
		r->verdict = VERDICT_BASELINE; /* nothing was rebuilt: no more than that */
	}
	return 0;
}

/* Comes to a verdict on result I, unless something has gone wrong already. */
static void verify_one(void *ctx, size_t i)
{
	struct work *w = ctx;
	struct verify_result *r = &w->report->results[i];
	struct fault f = FAULT_INIT;
	if (atomic_load(&w->error))
		return;
	if (w->ops->progress)
		w->ops->progress(w->ops->ctx, r->drv, false, r->verdict);
	int e = judge(w, r, &f), none = 0;
	if (e == 0 && w->ops->judged)
		w->ops->judged(w->ops->ctx, r);
	if (w->ops->progress)
		w->ops->progress(w->ops->ctx, r->drv, true, r->verdict);
	if (e < 0 && atomic_compare_exchange_strong(&w->error, &none, e))
		w->fault = f;
}

/* Finds what each result stands on, and counts. */
static int conclude(struct verify_report *r, const struct drv *const *nodes, struct fault *f)
{
	enum verdict *verdicts = calloc(r->n + 1, sizeof *verdicts);
	size_t *on = calloc(r->n + 1, sizeof *on);
	int e = 0;
	if (!verdicts || !on) {
		e = -ENOMEM;
		fault_set(f, e, "cannot verify:");
	}
	for (size_t i = 0; e == 0 && i < r->n; i++)
		verdicts[i] = r->results[i].verdict;
	if (e == 0)
		e = verdict_stands_on(nodes, verdicts, r->n, on, f);
	for (size_t i = 0; e == 0 && i < r->n; i++) {
		struct verify_result *x = &r->results[i];
		x->stands_on = on[i] < r->n ? &r->results[on[i]] : NULL;
		if (x->stands_on && x->verdict == VERDICT_REPRODUCED)
			x->verdict = VERDICT_STANDS_ON;
		r->counts[x->verdict]++;
		r->rebuilt += x->rounds > 0;
	}
	r->coverage = r->n ? 100.0 * (double)r->rebuilt / (double)r->n : 0;
	free(on);
	free(verdicts);
	return e;
}

int verify_run(const struct drv *const *nodes, size_t n, const struct verify_options *o,
	       const struct verify_ops *ops, struct verify_report *ret, struct fault *f)
{
	*ret = (struct verify_report){.seed = o->seed,
				      .named = o->named,
				      .rounds = o->rounds,
				      .sample = o->sample,
				      .only = o->only};
	ret->results = calloc(n + 1, sizeof *ret->results);
	if (!ret->results)
		return fault_set(f, -ENOMEM, "cannot verify:");
	ret->n = n;
	for (size_t i = 0; i < n; i++) {
		ret->results[i].drv = nodes[i];
		ret->results[i].verdict = VERDICT_UNCHECKED;
		ret->results[i].overridden =
		    ops->overridden && ops->overridden(ops->ctx, nodes[i]);
	}
	int r = o->vary ? canaries_run(o->vary, ops, ret, f) : 0;
	if (r < 0)
		return r;
	struct work w = {.o = o, .ops = ops, .report = ret, .fault = FAULT_INIT};
	pool_run(o->jobs ? o->jobs : 1, n, verify_one, &w);
	r = atomic_load(&w.error);
	if (r < 0) {
		if (f)
			*f = w.fault;
		return r;
	}
	return conclude(ret, nodes, f);
}

bool verify_attestable(const struct verify_result *r)
{
	return r->verdict == VERDICT_REPRODUCED && !r->overridden;
}

int verify_exit(const struct verify_report *r, double wanted_coverage)
{
	if (r->counts[VERDICT_DIFFERS] || r->counts[VERDICT_INHERITS])
		return 2;
	if (r->counts[VERDICT_FAILED])
		return 1;
	for (size_t i = 0; i < r->nskipped; i++)
		if (!r->vary || r->named & r->skipped[i].axis)
			return 3;
	return r->counts[VERDICT_UNCHECKED] || !r->rebuilt || r->coverage < wanted_coverage ? 3
											    : 0;
}
