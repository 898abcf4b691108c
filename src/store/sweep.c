/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"

/* What dead processes left: their folders below tmp/, their locks, and work that was cut short. */

enum { SWEEP_MAX = 32 };

/* The folders of the dead, each with its lock held. */
struct dead {
	struct strlist dirs;
	int *locks; /* as many as dirs; owned */
	size_t cap;
};

static int note_dead(void *ctx, const char *dir, int lock)
{
	struct dead *d = ctx;
	/* Each holds a descriptor. What is left is found the next time. */
	if (lock < 0 || d->dirs.n == SWEEP_MAX)
		return 0;
	int *p = vec_grow(d->locks, &d->cap, d->dirs.n + 1, sizeof *p);
	if (!p)
		return -ENOMEM;
	d->locks = p;
	int copy = fcntl(lock, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		return -errno;
	d->locks[d->dirs.n] = copy;
	return strlist_add(&d->dirs, dir);
}

/* Removes a lock file that nobody holds. */
static int remove_lock(void *ctx, const char *name)
{
	struct store *s = ctx;
	struct digest d;
	struct store_lock *l;
	if (digest_parse_hex(view_of(name), &d) == 0 &&
	    store_lock_action(s, &d, false, &l, NULL) == 0)
		store_unlock(l);
	return 0;
}

static int clean_up(struct store *s, bool wait, struct fault *f)
{
	struct dead d = {STRLIST_INIT, NULL, 0};
	int r = temproot_each_other(s, note_dead, &d, f);
	if (r == 0 && d.dirs.n) {
		r = temproot_ensure(s, f);
		if (r == 0)
			r = store_begin(s, wait, f);
		if (r == 0)
			r = store_end(s, recover(s, f), f);
		if (r == 0)
			r = each_entry(s, "locks", remove_lock, s, f);
		/* Last, so that a sweep that is cut short is done again. One that stays keeps no other. */
		for (size_t i = 0, done = r == 0 ? d.dirs.n : 0; i < done; i++) {
			struct fault g = FAULT_INIT;
			int e = file_remove_tree(d.dirs.items[i], &g);
			/* Not empty: its owner, going away, put its lock back; next time. */
			if (e == 0 || e == -ENOTEMPTY)
				continue;
			r = e;
			if (f)
				*f = g;
		}
	}
	for (size_t i = 0; i < d.dirs.n; i++)
		close(d.locks[i]);
	free(d.locks);
	strlist_release(&d.dirs);
	return r < 0 ? r : 0;
}

void sweep(struct store *s, bool wait)
{
	struct fault f = FAULT_INIT;
	int r = clean_up(s, wait, &f);
	if (r < 0)
		s->warning = f.code ? f : (struct fault){.code = r};
}
