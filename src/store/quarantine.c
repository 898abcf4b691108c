/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/vec.h"

bool proves_damage(int code)
{
	/* What cannot be in an object, deterministically: devices, depth, length. */
	return code == ERR_UNSAFE || code == ERR_LIMIT;
}

int quarantine(struct store *s, const char *path, struct fault *f)
{
	char *rel = NULL;
	int there = file_exists(path, f);
	if (there <= 0)
		return there;
	if (asprintf(&rel, "damaged/%s-%lld", path_base(path), (long long)sys_now_ns()) < 0)
		return fault_set(f, -ENOMEM, "cannot move %s:", path);
	FREE_PTR char *to = store_at(s, rel);
	free(rel);
	return to ? tree_rename(path, to, f) : fault_set(f, -ENOMEM, "cannot move %s:", path);
}

int quarantine_object(struct store *s, const struct digest *d, struct fault *f)
{
	FREE_PTR char *path = store_object_path(s, d);
	return path ? quarantine(s, path, f) : fault_set(f, -ENOMEM, "cannot move an object:");
}

int store_quarantine(struct store *s, const struct digest *object, struct fault *f)
{
	struct strlist pins = STRLIST_INIT;
	int r = temproot_ensure(s, f);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	sqlite3_stmt *st = db_bind(s, Q_SOURCE_OF_OBJECT, "d", object);
	while ((r = db_step(s, st, f)) > 0) {
		FREE_PTR char *pin = pin_path(s, db_text(st, 0));
		if (!pin || strlist_add(&pins, pin) < 0) {
			r = fault_set(f, -ENOMEM, "cannot quarantine an object:");
			break;
		}
	}
	db_reset(st);
	if (r == 0)
		r = db_run(s, f, Q_OBJECT_DELETE, "d", object);
	r = store_commit(s, r, f);
	if (r == 0) {
		temproot_unhold(s, object);
		r = quarantine_object(s, object, f);
		s->unfinished |= r < 0;
		for (size_t i = 0; i < pins.n; i++)
			unlink(pins.items[i]);
	}
	store_unlock_writer(s);
	strlist_release(&pins);
	return r;
}
