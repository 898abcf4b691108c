/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include "base/file.h"

/* An action is found, taken from others or carried out. */

int build_action(struct builder *b, struct store *s, const struct action *act, struct fault *f)
{
	struct build_once once;
	struct digest object;
	FREE_PTR char *log = NULL;
	builder_event(b, &(struct build_event){.kind = BUILD_STARTED, .drv = act->drv});
	int r = engine_rebuild(b, s, act, NULL, &once, f);
	bool ran = r == 0 || r == ERR_BUILD;
	/* It may have filled the disk, and what we note needs room. */
	if (r == ERR_BUILD && !b->o.keep_failed)
		build_once_clear(&once);
	if (ran) {
		struct fault g = FAULT_INIT;
		int k = build_record_once(b, s, act, &once, r == 0, &log, &object, &g);
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

int build_realise(struct builder *b, struct store *s, struct arena *a, const struct action *act,
		  struct fault *f)
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
			r = b->o.executor ? b->o.executor->run(b->o.executor->ctx, b, s, act, f)
					  : build_action(b, s, act, f);
	}
	store_unlock(lock);
	return r;
}
