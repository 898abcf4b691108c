/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

/* Adds the JSON of ID, found by Q, to RET. */
static int get_json(struct store *s, enum query q, const struct digest *id, struct buf *ret)
{
	sqlite3_stmt *st = db_bind(s, q, "d", id);
	int r = db_step(s, st, NULL);
	if (r <= 0)
		return r == 0 ? ERR_MISSING : r;
	buf_adds(ret, db_text(st, 0));
	db_reset(st);
	return buf_failed(ret);
}

int store_drv_json(struct store *s, const struct digest *id, struct buf *ret)
{
	return get_json(s, Q_DRV_GET, id, ret);
}

int store_action_json(struct store *s, const struct digest *id, struct buf *ret)
{
	return get_json(s, Q_ACTION_GET, id, ret);
}

int store_put_drv(struct store *s, const struct drv *d, struct fault *f)
{
	sqlite3_stmt *st = db_bind(s, Q_DRV_GET, "d", &d->id);
	int r = db_step(s, st, f);
	db_reset(st);
	if (r != 0)
		return r < 0 ? r : 0;
	struct buf json = BUF_INIT;
	r = drv_json(d, &json);
	if (r < 0)
		fault_set(f, r, "cannot register derivation %s:", d->name);
	else
		r = store_begin(s, true, f);
	if (r == 0)
		r = store_end(
		    s, db_run(s, f, Q_DRV_PUT, "dtv", &d->id, d->name, buf_view(&json)), f);
	buf_release(&json);
	return r;
}

int store_link(struct store *s, const struct digest *drv, const struct digest *action,
	       struct fault *f)
{
	struct digest newest;
	sqlite3_stmt *st = db_bind(s, Q_RESOLUTION_NEWEST, "d", drv);
	int r = db_step(s, st, f);
	if (r > 0)
		db_digest(st, 0, &newest);
	bool there = r > 0 && digest_eq(&newest, action);
	db_reset(st);
	if (r < 0 || there)
		return r < 0 ? r : 0;
	r = store_begin(s, true, f);
	if (r < 0)
		return r;
	return store_end(s, db_run(s, f, Q_RESOLUTION_PUT, "dd", drv, action), f);
}
