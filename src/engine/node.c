/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "engine/attest.h"
#include "engine/internal.h"
#include "engine/substitute.h"
#include "publication/get.h"
#include "publication/update.h"

enum {
	LOG_MAX = 256 << 20,
	ENDING_MS = 1000, /* after a failed build, to hear that the job is being ended */
};

bool realise_attempt_ok(const char *name)
{
	size_t n = strlen(name);
	return n && n <= ATTEMPT_LEN &&
	       n == strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* What one call works on. */
struct work {
	struct builder *b;
	struct store *s;
	const struct realise *w;
	struct deliver to; /* with a folder of our own */
	struct arena arena;
	struct action act;
	char id[KEY_ID + 1];
	char hex[DIGEST_HEX + 1]; /* of the action */
	int running;              /* the lock in the publication, or -1 */
	const char *why;          /* why the build failed; NULL: it did not */
	struct fault *f;
};

/* ---- one at a time ---- */

/* Returns whether some key has answered already: whoever asked judges what it says. */
static bool is_answered(struct work *x)
{
	struct strlist names = STRLIST_INIT;
	const char *dir = arena_fmt(&x->arena, "%s/attestations/%s", x->to.location, x->hex);
	bool found = dir && file_list(dir, &names, NULL) == 0 && names.n > 0;
	strlist_release(&names);
	return found;
}

/* Waits until no other node carries out this action, when the publication is a folder. 1: answered. */
static int lock_running(struct work *x)
{
	const struct timespec pause = {0, 250000000};
	const char *dir = arena_fmt(&x->arena, "%s/.running", x->to.location);
	const char *path = dir ? arena_fmt(&x->arena, "%s/%s", dir, x->hex) : NULL;
	if (x->to.location[0] != '/')
		return 0;
	int r = path ? file_mkdirs(dir, x->f) : -ENOMEM;
	if (r < 0)
		return r;
	while ((r = lock_file(path, 0644, false, &x->running, x->f)) > 0) {
		if (atomic_load(&x->b->stop))
			return fault_set(x->f, ERR_CANCELLED,
					 "stopped while another node was at it");
		nanosleep(&pause, NULL);
	}
	return r < 0 ? r : is_answered(x);
}

/* ---- what comes ---- */

static int fetch_request(struct work *x, const struct digest *action)
{
	struct buf text = BUF_INIT;
	char path[REQUEST_PATH];
	request_path(action, path);
	if (x->to.offline && x->to.location[0] != '/')
		return fault_set(x->f, ERR_OFFLINE, "%s/%s:", x->to.location, path);
	int r = publication_get(NULL, x->to.location, path, false, REQUEST_MAX, &text, x->f);
	if (r == 0) {
		r = request_parse(&x->arena, buf_view(&text), action, &x->act, x->f);
		if (r < 0)
			fault_wrap(x->f, "%s/%s", x->to.location, path);
	}
	buf_release(&text);
	return r;
}

static int fetch_objects(struct work *x, const struct action_input *items, size_t n)
{
	struct archive_options o = {.offline = x->to.offline,
				    .stopped = build_stopped,
				    .ctx = x->b,
				    .max_bytes = 64ULL << 30};
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (store_hold(x->s, &items[i].object, NULL) == 0)
			continue;
		builder_event(x->b, &(struct build_event){.kind = BUILD_FETCHING,
							  .drv = x->act.drv,
							  .detail = items[i].as});
		r = substitute_object(x->s, x->to.location, &items[i].object, NULL, &o, x->f);
	}
	return r;
}

/* ---- what goes back ---- */

/* Adds the row of REAL to the key's index, in the folder P. */
static int add_row(struct work *x, struct publish *p, const struct store_realisation *real)
{
	struct index old = INDEX_INIT, new = INDEX_INIT;
	struct index_row row = {.action = real->action,
				.drv = x->act.drv->id,
				.object = real->object,
				.name = x->act.drv->name};
	int r = publish_own_index(p, x->w->key, &old, x->f);
	if (r == 0)
		r = index_add(&new, &row, x->f);
	if (r == 0)
		r = publish_index(p, x->w->state, x->w->key, &old, &new, x->f);
	if (r == 0)
		r = publish_keys(p, x->f);
	index_release(&old);
	index_release(&new);
	return r;
}

/* Says what REAL says, signed, at PATH; in a folder in the index as well. */
static int tell(struct work *x, const struct store_realisation *real, const char *path)
{
	struct buf envelope = BUF_INIT;
	struct publish *p = NULL;
	bool indexed = x->to.location[0] == '/' && real->outcome == STORE_BUILT;
	int r = path ? attest_action(&x->act, real, x->w->key, &envelope, x->f) : -ENOMEM;
	if (r == 0 && !indexed)
		r = deliver_text(&x->to, path, buf_view(&envelope), x->f);
	if (r == 0 && indexed) {
		r = deliver_open(&x->to, &p, x->f);
		if (r == 0)
			r = add_row(x, p, real);
		/* Last: whoever waits for it finds all the rest. */
		if (r == 0)
			r = publish_file(p, path, buf_view(&envelope), x->f);
		publish_close(p);
	}
	buf_release(&envelope);
	return r;
}

/* Brings the log of REAL, and why it failed, which are of use to people only: what is lost of them is not an error. */
static void deliver_log(struct work *x, const struct store_realisation *real)
{
	struct buf log = BUF_INIT;
	const char *from = arena_fmt(&x->arena, "%s/%s", store_path(x->s), real->log);
	const char *to = arena_fmt(&x->arena, "attempts/%s/%s.log", x->w->attempt, x->id);
	if (*real->log && from)
		file_read(from, LOG_MAX, &log, NULL);
	if (x->why)
		buf_addf(&log, "%s%s\n", log.len && log.ptr[log.len - 1] != '\n' ? "\n" : "",
			 x->why);
	if (to && log.len)
		deliver_text(&x->to, to, buf_view(&log), NULL);
	buf_release(&log);
}

/* Brings what REAL, our answer, says: the output, then the word for it. */
static int deliver_answer(struct work *x, const struct store_realisation *real)
{
	struct store_object o;
	int r = 0;
	if (real->outcome == STORE_BUILT) {
		r = store_object(x->s, &real->object, &o);
		FREE_PTR char *tree = store_object_path(x->s, &real->object);
		if (r == 0)
			r = tree ? deliver_object(&x->to, tree, &real->object, o.nar_size,
						  x->act.drv->name, x->w->key, x->f)
				 : -ENOMEM;
	}
	if (r < 0)
		return r;
	deliver_log(x, real);
	if (real->outcome == STORE_BUILT)
		return tell(x, real,
			    arena_fmt(&x->arena, "attestations/%s/%s.json", x->hex, x->id));
	return tell(x, real, arena_fmt(&x->arena, "attempts/%s/%s.json", x->w->attempt, x->id));
}

/* ---- in between ---- */

/* Finds the newest answer to the action that this store gave itself. */
static int find_own(struct work *x, struct store_realisation *ret)
{
	struct store_realisation *all = NULL;
	size_t n = 0;
	int r = store_list_realisations(x->s, &x->arena, &x->act.id, &all, &n, x->f);
	for (size_t i = n; r == 0 && i-- > 0;)
		if (!*all[i].builder && all[i].outcome != STORE_SUBSTITUTED) {
			*ret = all[i];
			return 0;
		}
	return r < 0 ? r : ERR_MISSING;
}

/*
 * Returns whether this job is being ended: then a build that failed says nothing. Slurm signals all processes of a job that
 * it ends, so that a step may die of it before this process has heard of it.
 */
static bool is_ending(const struct work *x)
{
	for (unsigned ms = 0; ms < ENDING_MS; ms += 50) {
		if (atomic_load(&x->b->stop))
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	}
	return atomic_load(&x->b->stop);
}

/* Builds, unless this node did so before, and brings what came of it. The action's lock is held. */
static int build_and_deliver(struct work *x)
{
	struct store_realisation real = {0};
	int r = find_own(x, &real);
	bool had =
	    r == 0 && real.outcome == STORE_BUILT && store_hold(x->s, &real.object, NULL) == 0;
	if (r < 0 && r != ERR_MISSING)
		return r;
	int built = 0;
	if (!had) {
		r = fetch_objects(x, x->act.inputs, x->act.ninputs);
		if (r == 0)
			r = fetch_objects(x, x->act.sources, x->act.nsources);
		if (r < 0)
			return r;
		built = build_action(x->b, x->s, &x->act, x->f);
		if (built < 0 && built != ERR_BUILD)
			return built;
		if (built < 0 && is_ending(x))
			return fault_set(x->f, ERR_CANCELLED, "the job was ended");
		struct fault g = FAULT_INIT, *f = x->f;
		x->f = built < 0 ? &g : f; /* why it failed is what is told in the end */
		x->why = built < 0 ? f->what : NULL;
		r = find_own(x, &real);
		if (r == 0)
			r = deliver_answer(x, &real);
		if (r < 0 && x->f == &g)
			*f = g;
		x->f = f;
		return r < 0 ? r : built;
	}
	return deliver_answer(x, &real);
}

int builder_realise(struct builder *b, const struct digest *action, const struct realise *w,
		    struct fault *f)
{
	struct work x = {.b = b,
			 .s = builder_store(b),
			 .w = w,
			 .to = w->to,
			 .arena = ARENA_INIT,
			 .running = -1,
			 .f = f};
	struct store_lock *lock = NULL;
	FREE_PTR char *tmp = NULL;
	key_id(w->key, x.id);
	digest_hex(action, x.hex);
	int r = store_tmp(x.s, "deliver", &tmp, f);
	x.to.tmp = tmp;
	if (r == 0)
		r = fetch_request(&x, action);
	if (r == 0)
		r = build_lock(b, x.s, action, x.act.drv, &lock, f);
	if (r == 0)
		r = lock_running(&x);
	if (r == 0)
		r = build_and_deliver(&x);
	else if (r > 0)
		r = 0;
	store_unlock(lock);
	file_close_fd(&x.running);
	if (tmp)
		file_remove_tree(tmp, NULL);
	arena_release(&x.arena);
	return r;
}
