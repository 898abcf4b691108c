/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
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

/* A plan being made; arrays have one element a derivation. */
struct planning {
	struct builder *b;
	const struct drv **all;
	size_t n;
	struct drv_places places; /* in it */
	bool *needed;             /* to be had */
	bool *found, *gone;       /* the database has its output; and it is no longer there */
	struct digest *actions, *objects; /* of what was found */
};

/*
 * Looks what is needed up in the database, users before inputs: only what a target really needs is asked
 * for, and the inputs of a realised derivation are not. Needed is then what must be made.
 */
static int look_up(struct planning *p, struct fault *f)
{
	int r = 0;
	store_read_begin(p->b->store);
	for (size_t i = p->n; r == 0 && i-- > 0;) {
		const struct drv *d = p->all[i];
		p->found[i] = false;
		if (!p->needed[i])
			continue;
		int had = p->gone[i] ? ERR_MISSING
				     : store_find_resolved(p->b->store, &d->id, &p->actions[i],
							   &p->objects[i]);
		r = store_lookup(p->b->store, had, f);
		p->found[i] = had == 0;
		p->needed[i] = had != 0;
		for (size_t k = 0; had != 0 && k < d->ninputs; k++)
			p->needed[drv_place(&p->places, d->inputs[k].drv)] = true;
	}
	store_read_end(p->b->store);
	return r;
}

/*
 * Holds what was found. 1 when a collection took some of it meanwhile: a hold looks again, which it could not
 * see in the transaction of look_up.
 */
static int hold_found(struct planning *p, struct fault *f)
{
	const struct digest **objects = calloc(p->n + 1, sizeof *objects);
	bool *gone = calloc(p->n + 1, sizeof *gone);
	bool some_gone = false;
	size_t n = 0, k = 0;
	if (!objects || !gone) {
		free(objects);
		free(gone);
		return fault_set(f, -ENOMEM, "cannot plan:");
	}
	for (size_t i = 0; i < p->n; i++)
		if (p->found[i])
			objects[n++] = &p->objects[i];
	int r = store_hold_all(p->b->store, objects, n, gone, f);
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		if (!p->found[i])
			continue;
		p->gone[i] = gone[k++];
		some_gone |= p->gone[i];
		if (!p->gone[i])
			r = check_there(p->b, p->all[i], &p->objects[i], f);
	}
	free(objects);
	free(gone);
	return r == 0 ? some_gone : r;
}

static int plan_all(struct planning *p, const struct drv *const *targets, size_t n,
		    struct fault *f)
{
	int r = 1;
	while (r > 0) {
		memset(p->needed, 0, p->n * sizeof *p->needed);
		for (size_t i = 0; i < n; i++)
			p->needed[drv_place(&p->places, targets[i])] = true;
		r = look_up(p, f);
		if (r == 0)
			r = hold_found(p, f);
	}
	return r;
}

/* Fills the results of those of the N targets that are there already. */
static void give_found(const struct planning *p, size_t n, struct build_result *results)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = drv_place(&p->places, results[i].drv);
		if (!p->found[at])
			continue;
		results[i].action = p->actions[at];
		results[i].object = p->objects[at];
		results[i].ok = true;
	}
}

int build_plan_targets(struct builder *b, const struct drv *const *targets, size_t n,
		       struct build_result *results, const struct drv ***ret, size_t *ret_n,
		       struct fault *f)
{
	struct planning p = {.b = b};
	size_t todo = 0;
	int r = drv_closure(targets, n, &p.all, &p.n, f);
	if (r < 0)
		return r;
	bool *flags = calloc(3 * p.n + 1, sizeof *flags);
	struct digest *digests = calloc(2 * p.n + 1, sizeof *digests);
	r = drv_places_init(&p.places, p.all, p.n);
	if (r == 0 && flags && digests) {
		p.needed = flags;
		p.found = flags + p.n;
		p.gone = flags + 2 * p.n;
		p.actions = digests;
		p.objects = digests + p.n;
		r = plan_all(&p, targets, n, f);
	} else {
		r = fault_set(f, -ENOMEM, "cannot plan:");
	}
	if (r == 0 && results)
		give_found(&p, n, results);
	drv_places_release(&p.places);
	for (size_t i = 0; r == 0 && i < p.n; i++)
		if (p.needed[i])
			p.all[todo++] = p.all[i];
	free(flags);
	free(digests);
	if (r < 0) {
		free(p.all);
		return r;
	}
	*ret = p.all;
	*ret_n = todo;
	return 0;
}

int builder_plan(struct builder *b, const struct drv *const *targets, size_t n,
		 const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	return build_plan_targets(b, targets, n, NULL, ret, ret_n, f);
}

bool build_stopped(void *ctx)
{
	const struct builder *b = ctx;
	return atomic_load(&b->stop) > 0;
}

int build_lock(struct builder *b, struct store *s, const struct digest *id,
	       const struct drv *tell, struct store_lock **ret, struct fault *f)
{
	const struct timespec pause = {0, 50000000};
	int r = store_lock_action(s, id, false, ret, f);
	if (r > 0 && tell)
		builder_event(b, &(struct build_event){.kind = BUILD_WAITING, .drv = tell});
	while (r > 0) {
		if (build_stopped(b))
			return fault_set(f, ERR_CANCELLED,
					 "stopped while another process was at it");
		nanosleep(&pause, NULL);
		r = store_lock_action(s, id, false, ret, f);
	}
	return r;
}

void build_note_refused(struct builder *b, const struct drv *d)
{
	pthread_mutex_lock(&b->events);
	const struct drv **p =
	    vec_grow(b->refused, &b->refused_cap, b->nrefused + 1, sizeof *p);
	if (p) {
		b->refused = p;
		b->refused[b->nrefused++] = d;
	}
	pthread_mutex_unlock(&b->events);
}

bool build_was_refused(struct builder *b, const struct drv *d)
{
	bool found = false;
	pthread_mutex_lock(&b->events);
	for (size_t i = 0; i < b->nrefused; i++)
		found |= b->refused[i] == d;
	pthread_mutex_unlock(&b->events);
	return found;
}
