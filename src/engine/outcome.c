/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"

/* How an action came out, registered in the store. */

int build_keep_log(struct store *s, const struct action *act, const char *from,
		   int64_t started_ns, char **ret, struct fault *f)
{
	char hex[DIGEST_HEX + 1];
	digest_hex(&act->id, hex);
	char *rel = NULL;
	FREE_PTR char *dir = NULL, *to = NULL;
	if (asprintf(&dir, "%s/logs/%.2s", store_path(s), hex) < 0 ||
	    asprintf(&rel, "logs/%.2s/%s-%lld.log", hex, hex, (long long)started_ns) < 0 ||
	    !(to = path_join(store_path(s), rel)))
		return fault_set(f, -ENOMEM, "cannot keep the log:");
	int r = file_mkdirs(dir, f);
	if (r == 0 && rename(from, to) < 0)
		r = fault_set(f, -errno, "cannot keep the log as %s:", to);
	if (r < 0) {
		free(rel);
		return r;
	}
	*ret = rel;
	return 0;
}

int build_record(struct store *s, const struct action *act, struct store_realisation *real,
		 struct fault *f)
{
	struct buf json = BUF_INIT;
	real->action = act->id;
	real->drv = act->drv->id;
	real->name = act->drv->name;
	int r = store_put_drv(s, act->drv, f);
	if (r == 0)
		r = action_json(act, &json);
	if (r == 0)
		r = store_put_realisation(s, real, buf_view(&json), f);
	buf_release(&json);
	return r;
}

int build_record_once(struct builder *b, struct store *s, const struct action *act,
		      const struct build_once *once, bool ok, char **ret_log,
		      struct digest *ret_object, struct fault *f)
{
	FREE_PTR char *log = NULL;
	struct store_object object = {0};
	int r = build_keep_log(s, act, once->log, once->started_ns, &log, f);
	if (r == 0)
		*ret_log = path_join(store_path(s), log);
	if (r == 0 && ok)
		r = store_add(s, once->tree, once->refs, once->nrefs, &object, f);
	bool overridden = b->o.overridden && b->o.overridden(b->o.overridden_ctx, act->drv);
	struct store_realisation real = {
	    .object = object.hash,
	    .outcome = ok ? STORE_BUILT : STORE_FAILED,
	    .builder = "",
	    .started_ns = once->started_ns,
	    .ended_ns = once->ended_ns,
	    .wall_ns = once->run.wall_ns,
	    .user_ns = once->run.user_ns,
	    .sys_ns = once->run.sys_ns,
	    .max_rss = once->run.max_rss,
	    .log = log,
	    .attestable = !overridden,
	};
	if (r == 0)
		r = build_record(s, act, &real, f);
	*ret_object = object.hash;
	return r;
}

int build_record_taken(struct store *s, const struct action *a, const struct digest *hash,
		       int64_t started_ns, struct fault *f)
{
	int64_t ended_ns = sys_now_ns();
	struct store_realisation real = {
	    .object = *hash,
	    .outcome = STORE_SUBSTITUTED,
	    .builder = "",
	    .started_ns = started_ns,
	    .ended_ns = ended_ns,
	    .wall_ns = (uint64_t)(ended_ns - started_ns),
	    .log = "",
	    .attestable = false,
	};
	return build_record(s, a, &real, f);
}
