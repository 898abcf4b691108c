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
