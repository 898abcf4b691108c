/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/dsse.h"
#include "attest/statement.h"
#include "base/file.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/sys.h"
#include "json/value.h"
#include "publication/archive.h"
#include "publication/get.h"

/*
 * Taking outputs by their derivations, before anything is planned. When enough keys agree that a
 * derivation became this action and this object, the object and what it mentions are all that is needed:
 * no source, no other input. The action itself is made again from what an attestation lists; it is
 * believed because its hash is the one agreed on.
 */
enum { THREADS = 8, DEPTH_MAX = 64 };

/* What one call works on. */
struct taking {
	struct builder *b;
	const struct drv **all; /* the closure of the targets */
	size_t nall;
	struct drv_places places; /* in it */
	bool *asked;              /* of it: is or was in a wave */
	const struct drv **wave;  /* what is looked at now */
	int *results;             /* of it: 0 taken or there, 1 not to be had, or negative */
	struct fault *faults;     /* of it */
};

/* Adds one dependency of an attestation, "input:AS" or "source:AS", to ACT. */
static int add_dependency(const struct json_value *v, struct arena *a, struct action *act,
			  struct fault *f)
{
	struct view name = json_text(json_member(v, "name"));
	struct view hex = json_text(json_member(json_member(v, "digest"), STATEMENT_NAR));
	struct digest object;
	if (digest_parse_hex(hex, &object) < 0)
		return fault_set(f, ERR_SYNTAX, "a dependency has no digest of ours");
	if (view_skip(&name, "input:")) {
		const char *as = arena_fmt(a, "%.*s", (int)name.len, name.ptr);
		struct action_input in = {as, object};
		return as ? action_add_input(act, in, f) : -ENOMEM;
	}
	if (!view_skip(&name, "source:"))
		return fault_set(f, ERR_SYNTAX, "a dependency is neither input nor source");
	for (size_t i = 0; i < act->nsources; i++)
		if (view_is(name, act->drv->sources[i].as))
			act->sources[i].object = object;
	return 0;
}

int substitute_read_action(struct view statement, struct arena *a, const struct drv *d,
			   struct action *ret, struct fault *f)
{
	struct json_document *doc = NULL;
	int r = json_document_parse_wide(statement, &doc, f);
	if (r < 0)
		return r;
	const struct json_value *list = json_member(
	    json_member(json_member(json_document_root(doc), "predicate"), "buildDefinition"),
	    "resolvedDependencies");
	size_t n = json_count(list);
	*ret = (struct action){.drv = d, .nsources = d->nsources};
	ret->inputs = arena_array(a, n + 1, sizeof *ret->inputs);
	ret->sources = arena_array(a, d->nsources + 1, sizeof *ret->sources);
	r = ret->inputs && ret->sources ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < d->nsources; i++)
		ret->sources[i] = (struct action_input){d->sources[i].as, {{0}}};
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_dependency(json_item(list, i), a, ret, f);
	json_document_free(doc);
	return r < 0 ? r : action_set_id(ret);
}

/* Makes the action of D from the attestation at PATH of the publication LOCATION. */
static int fetch_action(struct builder *b, const char *location, const char *path,
			struct arena *a, const struct drv *d, const struct build_offer *o,
			struct action *ret, struct fault *f)
{
	struct buf envelope = BUF_INIT, statement = BUF_INIT;
	struct json_document *doc = NULL;
	if (b->o.offline && location[0] != '/')
		return fault_set(f, ERR_OFFLINE, "%s/%s:", location, path);
	int r = publication_get(NULL, location, path, false, DSSE_MAX, &envelope, f);
	if (r == 0)
		r = json_document_parse_wide(buf_view(&envelope), &doc, f);
	if (r == 0)
		r = base64_parse_any(json_text(json_member(json_document_root(doc), "payload")),
				     &statement);
	if (r == 0)
		r = substitute_read_action(buf_view(&statement), a, d, ret, f);
	if (r == 0 && !digest_eq(&ret->id, &o->action))
		r = fault_set(f, ERR_HASH, "%s/%s is about another action", location, path);
	json_document_free(doc);
	buf_release(&envelope);
	buf_release(&statement);
	return r;
}

/* Makes the action that O is about, wherever somebody attests it. */
static int find_action(struct builder *b, struct arena *a, const struct drv *d,
		       const struct build_offer *o, struct action *ret, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	int r = ERR_MISSING;
	digest_hex(&o->action, hex);
	for (size_t i = 0; r < 0 && i < o->n; i++)
		for (size_t k = 0; r < 0 && k < o->nkeys; k++) {
			struct fault g = FAULT_INIT;
			const char *path =
			    arena_fmt(a, "attestations/%s/%s.json", hex, o->keys[k]);
			r = path ? fetch_action(b, o->locations[i], path, a, d, o, ret, &g)
				 : -ENOMEM;
			if (r < 0 && f)
				*f = g;
		}
	return r;
}

static int take_drv(struct taking *t, struct store *s, const struct drv *d, int depth,
		    struct fault *f);

/* Makes sure that OBJECT, which something taken mentions, is in S. */
static int take_reference(struct taking *t, struct store *s, const struct digest *object,
			  int depth, struct fault *f)
{
	if (store_hold(s, object, NULL) == 0)
		return 0;
	for (size_t i = 0; i < t->nall; i++) {
		struct build_offer o = {.n = 0};
		if (t->b->o.offer_drv(t->b->o.offer_ctx, t->all[i], &o) &&
		    digest_eq(&o.object, object))
			return take_drv(t, s, t->all[i], depth + 1, f);
	}
	return 1;
}

/* What is told while an archive comes in. */
struct coming {
	struct builder *b;
	const struct drv *d;
	const char *from;
};

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct coming *c = ctx;
	builder_event(c->b, &(struct build_event){.kind = BUILD_FETCHING,
						  .drv = c->d,
						  .detail = c->from,
						  .done = done,
						  .total = total});
}

/* Fetches the object of O from LOCATION and registers it as what A gave. 1: it cannot be had whole. */
static int take_from(struct taking *t, struct store *s, const struct action *a,
		     const struct build_offer *o, const char *location, int depth,
		     struct fault *f)
{
	struct builder *b = t->b;
	FREE_PTR char *folder = NULL, *tree = NULL;
	FREE_PTR struct action_input *refs = NULL;
	size_t nrefs = 0;
	int64_t started_ns = sys_now_ns();
	struct coming coming = {b, a->drv, location};
	struct archive_options so = build_archive_options(b, a->drv);
	so.progress = on_progress;
	so.progress_ctx = &coming;
	int r = store_tmp(s, "fetch", &folder, f);
	if (r == 0)
		r = (tree = path_join(folder, "tree")) ? 0 : -ENOMEM;
	if (r == 0)
		r = archive_fetch(location, &o->object, tree, &so, f);
	if (r == 0)
		r = build_scan(tree, a, &refs, &nrefs, f);
	for (size_t i = 0; r == 0 && i < nrefs; i++)
		r = take_reference(t, s, &refs[i].object, depth, f);
	struct store_object got;
	if (r == 0)
		r = store_add(s, tree, refs, nrefs, &got, f);
	if (r == 0 && !digest_eq(&got.hash, &o->object))
		r = fault_set(f, ERR_CORRUPT, "what came from %s changed on this disk",
			      location);
	if (r == 0)
		r = build_record_taken(s, a, &o->object, started_ns, f);
	if (folder)
		file_remove_tree(folder, NULL);
	return r;
}

/* Tells why something offered for D was not taken. */
static void refused(struct builder *b, const struct drv *d, int r, struct fault *why)
{
	if (why->code == 0)
		fault_set(why, r, "%s:", d->name);
	builder_event(b, &(struct build_event){.kind = BUILD_REFUSED, .drv = d, .fault = why});
}

/* Takes what O offers for D, whose action's lock is held. 0, 1: not to be had, or negative. */
static int take_offer(struct taking *t, struct store *s, const struct drv *d,
		      const struct build_offer *o, int depth, struct fault *f)
{
	struct arena arena = ARENA_INIT;
	struct action a = {.drv = d};
	struct fault g = FAULT_INIT;
	builder_event(t->b, &(struct build_event){.kind = BUILD_PLANNED, .total = 1});
	int r = find_action(t->b, &arena, d, o, &a, &g);
	bool known = r == 0;
	r = known ? 1 : r;
	for (size_t i = 0; known && r != 0 && i < o->n && !build_stopped(t->b); i++) {
		g = (struct fault)FAULT_INIT;
		builder_event(t->b, &(struct build_event){.kind = BUILD_FETCHING,
							  .drv = d,
							  .detail = o->locations[i]});
		r = take_from(t, s, &a, o, o->locations[i], depth, &g);
		if (r == 0)
			builder_event(t->b, &(struct build_event){.kind = BUILD_SUBSTITUTED,
								  .drv = d,
								  .detail = o->locations[i],
								  .object = &o->object});
		else if (r < 0)
			refused(t->b, d, r, &g);
	}
	if (!known)
		refused(t->b, d, r, &g);
	else if (r < 0)
		build_note_refused(t->b, d);
	if (r != 0) /* it is planned again, to be built */
		builder_event(
		    t->b, &(struct build_event){.kind = BUILD_REFUSED, .drv = d, .total = 1});
	arena_release(&arena);
	if (r != 0 && build_stopped(t->b)) {
		*f = g;
		return ERR_CANCELLED;
	}
	return r == 0 ? 0 : 1;
}

/* Takes the output of D when it is offered. 0: it is there; 1: it is not to be had; or negative. */
static int take_drv(struct taking *t, struct store *s, const struct drv *d, int depth,
		    struct fault *f)
{
	struct build_offer o = {.n = 0};
	struct digest action, object;
	struct store_lock *lock = NULL;
	if (depth > DEPTH_MAX)
		return 1;
	if (store_find_resolved(s, &d->id, &action, &object) == 0 &&
	    store_hold(s, &object, NULL) == 0)
		return 0;
	if (!t->b->o.offer_drv(t->b->o.offer_ctx, d, &o) || !o.n)
		return 1;
	int r = build_lock(t->b, s, &o.action, d, &lock, f);
	if (r < 0)
		return r;
	if (store_find_resolved(s, &d->id, &action, &object) < 0 ||
	    store_hold(s, &object, NULL) < 0)
		r = take_offer(t, s, d, &o, depth, f);
	store_unlock(lock);
	return r;
}

/* One of a wave, on a thread of its own. */
static void take_one(void *ctx, size_t i)
{
	struct taking *t = ctx;
	struct store *s = NULL;
	t->results[i] =
	    store_open(t->b->o.store, STORE_CREATE | STORE_MAY_LOOK, &s, &t->faults[i]);
	if (t->results[i] == 0)
		t->results[i] = take_drv(t, s, t->wave[i], 0, &t->faults[i]);
	/* It is kept by the builder's own handle, which outlives this one. */
	struct digest action, object;
	if (t->results[i] == 0 && store_find_resolved(s, &t->wave[i]->id, &action, &object) < 0)
		t->results[i] = 1;
	store_close(s);
}

/* Holds what a wave brought, and makes the next one of the inputs of what it did not. */
static int next_wave(struct taking *t, size_t *n, struct fault *f)
{
	size_t next = 0;
	FREE_PTR const struct drv **missed = calloc(*n + 1, sizeof *missed);
	if (!missed)
		return fault_set(f, -ENOMEM, "cannot substitute:");
	for (size_t i = 0; i < *n; i++) {
		struct digest action, object;
		if (t->results[i] < 0) {
			*f = t->faults[i];
			return t->results[i];
		}
		if (t->results[i] == 0 &&
		    store_find_resolved(t->b->store, &t->wave[i]->id, &action, &object) == 0)
			store_hold(t->b->store, &object, NULL);
		if (t->results[i] == 1)
			missed[next++] = t->wave[i];
	}
	size_t k = 0;
	for (size_t i = 0; i < next; i++)
		for (size_t j = 0; j < missed[i]->ninputs; j++) {
			const struct drv *in = missed[i]->inputs[j].drv;
			bool *asked = &t->asked[drv_place(&t->places, in)];
			if (!*asked)
				t->wave[k++] = in;
			*asked = true;
		}
	*n = k;
	return 0;
}

int build_take_offered(struct builder *b, const struct drv *const *targets, size_t n,
		       struct fault *f)
{
	struct taking t = {.b = b};
	if (!b->o.offer_drv || store_is_readonly(b->store))
		return 0;
	int r = drv_closure(targets, n, &t.all, &t.nall, f);
	if (r < 0)
		return r;
	size_t room = t.nall + n;
	t.wave = calloc(room + 1, sizeof *t.wave);
	t.results = calloc(room + 1, sizeof *t.results);
	t.faults = calloc(room + 1, sizeof *t.faults);
	t.asked = calloc(t.nall + 1, sizeof *t.asked);
	r = drv_places_init(&t.places, t.all, t.nall);
	if (r < 0 || !t.wave || !t.results || !t.faults || !t.asked)
		r = fault_set(f, -ENOMEM, "cannot substitute:");
	size_t k = 0;
	for (size_t i = 0; r == 0 && t.asked && t.wave && i < n; i++) {
		bool *asked = &t.asked[drv_place(&t.places, targets[i])];
		if (!*asked)
			t.wave[k++] = targets[i];
		*asked = true;
	}
	while (r == 0 && k && !build_stopped(b)) {
		pool_run(THREADS, k, take_one, &t);
		r = next_wave(&t, &k, f);
	}
	drv_places_release(&t.places);
	free(t.all);
	free(t.wave);
	free(t.results);
	free(t.asked);
	free(t.faults);
	return r;
}
