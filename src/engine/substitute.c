/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/substitute.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "engine/internal.h"

int substitute_object(struct store *s, const char *location, const struct digest *hash,
		      const struct action *a, const struct archive_options *o, struct fault *f)
{
	FREE_PTR char *folder = NULL;
	FREE_PTR char *tree = NULL;
	struct action_input *refs = NULL;
	size_t nrefs = 0;
	struct store_object got;
	/* An object that came without its action has no references yet: it is added once more. */
	int r = a ? ERR_MISSING : store_hold(s, hash, NULL);
	if (r == 0 || store_lookup(s, r, f) < 0)
		return r;
	r = store_tmp(s, "fetch", &folder, f);
	if (r == 0)
		r = (tree = path_join(folder, "tree")) ? 0 : -ENOMEM;
	if (r == 0)
		r = archive_fetch(location, hash, tree, o, f);
	if (r == 0 && a)
		r = build_scan(tree, a, &refs, &nrefs, f);
	if (r == 0)
		r = store_add(s, tree, refs, nrefs, &got, f);
	if (r == 0 && !digest_eq(&got.hash, hash))
		r = fault_set(f, ERR_CORRUPT, "what came from %s changed on this disk",
			      location);
	free(refs);
	if (folder)
		file_remove_tree(folder, NULL);
	return r;
}

/* ---- in place of a build ---- */

struct archive_options build_archive_options(struct builder *b, const struct drv *d)
{
	uint64_t out = d->limits.output;
	return (struct archive_options){
	    /* the limit is on bytes in files; their names and an edge come on top */
	    .max_bytes = out ? out + out / 4 + (64 << 20) : 0,
	    .offline = b->o.offline,
	    .stopped = build_stopped,
	    .ctx = b,
	};
}

int build_substitute(struct builder *b, struct store *s, const struct action *a,
		     struct fault *f)
{
	struct build_offer offer = {.n = 0};
	struct archive_options o = build_archive_options(b, a->drv);
	if (!b->o.offer || build_was_refused(b, a->drv) ||
	    !b->o.offer(b->o.offer_ctx, a, &offer))
		return 1;
	for (size_t i = 0; i < offer.n; i++) {
		struct fault g = FAULT_INIT;
		int64_t started_ns = sys_now_ns();
		builder_event(b, &(struct build_event){.kind = BUILD_FETCHING,
						       .drv = a->drv,
						       .detail = offer.locations[i]});
		int r = substitute_object(s, offer.locations[i], &offer.object, a, &o, &g);
		if (r == 0)
			r = build_record_taken(s, a, &offer.object, started_ns, &g);
		if (r == 0) {
			builder_event(b, &(struct build_event){.kind = BUILD_SUBSTITUTED,
							       .drv = a->drv,
							       .detail = offer.locations[i],
							       .object = &offer.object});
			return 0;
		}
		if (build_stopped(b)) {
			*f = g;
			return ERR_CANCELLED;
		}
		builder_event(b, &(struct build_event){
				     .kind = BUILD_REFUSED, .drv = a->drv, .fault = &g});
	}
	return 1;
}
