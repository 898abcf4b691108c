/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include <errno.h>

#include "store/internal.h"

int history_trigger_put(struct store *s, const struct history_trigger *t, struct fault *f)
{
	static const struct db_query put = {
	    "INSERT INTO triggers (plan, watch, seen, pending, cause, asked_ns, failures, "
	    "error)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (plan, watch) DO UPDATE SET"
	    " pending = CASE excluded.pending WHEN '' THEN pending ELSE excluded.pending END,"
	    " cause = CASE excluded.pending WHEN '' THEN cause ELSE excluded.cause END,"
	    " asked_ns = excluded.asked_ns, failures = excluded.failures,"
	    " error = excluded.error",
	    NULL};
	int r = history_begin(s, f);
	if (r < 0)
		return r;
	r = db_do(s, f, &put, "tttttiit", t->plan, t->watch, t->seen, t->pending, t->cause,
		  t->asked_ns, (int64_t)t->failures, t->error);
	return store_end(s, r, f);
}

int history_triggers_keep(struct store *s, const char *plan, const struct strlist *keep,
			  struct fault *f)
{
	static const struct db_query drop = {
	    "DELETE FROM triggers WHERE plan = ?1 AND watch = ?2", NULL};
	struct arena a = ARENA_INIT;
	struct history_trigger *all;
	size_t n = 0;
	int r = history_triggers(s, &a, plan, &all, &n, f);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (strlist_has(keep, all[i].watch))
			continue;
		r = history_begin(s, f);
		if (r == 0)
			r = store_end(s, db_do(s, f, &drop, "tt", plan, all[i].watch), f);
	}
	arena_release(&a);
	return r;
}
