/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/vec.h"

/*
 * A handle that does more than look has a folder tmp/PID-RANDOM/ for everything unfinished. In it,
 * the file "lock" is locked while the handle lives, "holds" lists the objects it holds, 32 bytes
 * each. A folder whose lock can be taken belongs to nobody any more.
 */

enum { OWNER_TRIES = 100, OWNER_YOUNG_S = 3600 };

/* Makes one folder below tmp/. 1: a sweeper was faster, try again. */
static int temproot_try(struct store *s, struct fault *f)
{
	unsigned char rnd[8];
	char *dir = NULL;
	int r = sys_random(rnd, sizeof rnd);
	if (r < 0 || asprintf(&dir, "%s/tmp/%ld-%02x%02x%02x%02x%02x%02x%02x%02x", s->path,
			      (long)getpid(), rnd[0], rnd[1], rnd[2], rnd[3], rnd[4], rnd[5],
			      rnd[6], rnd[7]) < 0)
		return fault_set(f, r < 0 ? r : -ENOMEM,
				 "cannot make a folder in %s/tmp:", s->path);
	FREE_PTR char *lock = path_join(dir, "lock");
	FREE_PTR char *holds = path_join(dir, "holds");
	if (!lock || !holds)
		r = fault_set(f, -ENOMEM, "cannot make %s:", s->path);
	else if (mkdir(dir, 0700) < 0)
		r = errno == EEXIST ? 1 : fault_set(f, -errno, "cannot make folder %s:", dir);
	else
		r = lock_file(lock, 0644, false, &s->owner_fd, f);
	if (r == 0 && holds) {
		s->holds_fd = open(holds, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (s->holds_fd < 0)
			r = fault_set(f, -errno, "cannot create %s:", holds);
	}
	if (r == -ENOENT)
		r = 1;
	if (r != 0) {
		file_close_fd(&s->owner_fd);
		if (r < 0)
			file_remove_tree(dir, NULL);
		free(dir);
		return r;
	}
	s->owner = dir;
	return 0;
}

int temproot_ensure(struct store *s, struct fault *f)
{
	if (s->owner)
		return 0;
	int r = store_writable(s, f);
	/* Collection waits for us, or we for it: it asks whether others are at work. */
	if (r == 0)
		r = lock_shared(s, s->collect_fd, "collect", f);
	if (r < 0)
		return r;
	r = 1;
	for (int i = 0; r > 0 && i < OWNER_TRIES; i++)
		r = temproot_try(s, f);
	lock_release(s->collect_fd);
	return r > 0 ? fault_set(f, -EAGAIN, "cannot make a folder in %s/tmp:", s->path) : r;
}

void temproot_release(struct store *s)
{
	if (!s->owner)
		return;
	/* As after a crash: a folder whose lock is free has the next opening recover. */
	if (!s->unfinished)
		file_remove_tree(s->owner, NULL);
	free(s->owner);
	s->owner = NULL;
}

char *temproot_path(struct store *s, const char *prefix, struct fault *f)
{
	unsigned char rnd[8];
	char *p = NULL;
	int r = temproot_ensure(s, f);
	if (r < 0)
		return NULL;
	r = sys_random(rnd, sizeof rnd);
	if (r < 0 ||
	    asprintf(&p, "%s/%s-%02x%02x%02x%02x%02x%02x%02x%02x", s->owner, prefix, rnd[0],
		     rnd[1], rnd[2], rnd[3], rnd[4], rnd[5], rnd[6], rnd[7]) < 0) {
		fault_set(f, r < 0 ? r : -ENOMEM, "cannot name a file in %s:", s->owner);
		return NULL;
	}
	return p;
}

int store_tmp(struct store *s, const char *prefix, char **ret_path, struct fault *f)
{
	char *p = temproot_path(s, prefix, f);
	if (!p)
		return f && f->code ? f->code : -EIO;
	if (mkdir(p, 0755) < 0) {
		int r = fault_set(f, -errno, "cannot make folder %s:", p);
		free(p);
		return r;
	}
	*ret_path = p;
	return 0;
}

int store_keep_tmp(struct store *s, const char *path, char **ret_path, struct fault *f)
{
	FREE_PTR char *kept = store_at(s, "kept");
	char *to = kept ? path_join(kept, path_base(path)) : NULL;
	int r = to ? store_writable(s, f) : fault_set(f, -ENOMEM, "cannot keep %s:", path);
	if (r == 0)
		r = file_mkdirs(kept, f);
	if (r == 0)
		r = tree_rename(path, to, f);
	if (r < 0) {
		free(to);
		return r;
	}
	*ret_path = to;
	return 0;
}

int temproot_trash(struct store *s, const char *path, struct fault *f)
{
	FREE_PTR char *to = temproot_path(s, "trash", f);
	if (!to)
		return f && f->code ? f->code : -EIO;
	return tree_rename(path, to, f);
}

/* ---- holds ---- */

int temproot_hold(struct store *s, const struct digest *object, struct fault *f)
{
	struct view key = {(const char *)object->b, DIGEST_LEN};
	if (map_get(&s->held, key))
		return 0;
	int r = temproot_ensure(s, f);
	if (r < 0)
		return r;
	r = file_write_fd(s->holds_fd, object->b, DIGEST_LEN);
	if (r < 0) {
		/* What was written in part must not shift what follows. */
		off_t size = lseek(s->holds_fd, 0, SEEK_END);
		if (size > 0 && ftruncate(s->holds_fd, size - size % DIGEST_LEN) < 0)
			r = -errno;
		return fault_set(f, r, "cannot write %s/holds:", s->owner);
	}
	key.ptr = arena_strv(&s->held_keys, key);
	if (!key.ptr || map_put(&s->held, key, s) < 0)
		return fault_set(f, -ENOMEM, "cannot hold an object:");
	return 0;
}

void temproot_unhold(struct store *s, const struct digest *object)
{
	struct map_entry *e =
	    map_find(&s->held, (struct view){(const char *)object->b, DIGEST_LEN});
	if (e)
		e->value = NULL;
}

/* Notes that OBJECT, last used at USED, is in use, unless that is known to the day. */
static void note_use(struct store *s, const struct digest *object, int64_t used)
{
	if (sys_now_ns() - used < (int64_t)86400 * 1000000000)
		return;
	struct digest *p = vec_grow(s->stale, &s->stale_cap, s->nstale + 1, sizeof *p);
	if (!p)
		return;
	s->stale = p;
	s->stale[s->nstale++] = *object;
}

/* Looks for the N OBJECTS that GONE marks; those that are there are gone no more, the others not held. */
static int look_for(struct store *s, const struct digest *const *objects, size_t n, bool *gone,
		    struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r >= 0 && i < n; i++) {
		if (!gone[i])
			continue;
		sqlite3_stmt *st = db_bind(s, Q_OBJECT_GET, "d", objects[i]);
		r = db_step(s, st, f);
		if (r > 0 && !s->readonly)
			note_use(s, objects[i], sqlite3_column_int64(st, 4));
		db_reset(st);
		gone[i] = r <= 0;
		if (r == 0)
			temproot_unhold(s, objects[i]);
	}
	return r < 0 ? r : 0;
}

int store_hold_all(struct store *s, const struct digest *const *objects, size_t n, bool *gone,
		   struct fault *f)
{
	bool hold = !s->readonly;
	size_t unsure = 0;
	for (size_t i = 0; i < n; i++) {
		gone[i] =
		    !map_get(&s->held, (struct view){(const char *)objects[i]->b, DIGEST_LEN});
		unsure += gone[i];
	}
	if (!unsure)
		return 0;
	int r = hold ? temproot_ensure(s, f) : 0;
	if (r == 0 && hold)
		r = lock_shared(s, s->collect_fd, "collect", f);
	if (r < 0)
		return r;
	/* First held, then looked for: a collection either sees the hold or is over. */
	for (size_t i = 0; r == 0 && hold && i < n; i++)
		r = temproot_hold(s, objects[i], f);
	if (unsure > 1)
		store_read_begin(s);
	if (r == 0)
		r = look_for(s, objects, n, gone, f);
	if (unsure > 1)
		store_read_end(s);
	if (hold)
		lock_release(s->collect_fd);
	return r;
}

int store_hold(struct store *s, const struct digest *object, struct fault *f)
{
	bool gone;
	int r = store_hold_all(s, &object, 1, &gone, f);
	if (r == 0 && gone) {
		char hex[DIGEST_HEX + 1];
		digest_hex(object, hex);
		r = fault_set(f, ERR_MISSING, "the store has no object %s", hex);
	}
	return r;
}

/* ---- other owners ---- */

struct hold_walk {
	int (*fn)(void *ctx, const struct digest *d);
	void *ctx;
	struct fault *f;
};

static int read_holds(void *ctx, const char *dir, int lock)
{
	struct hold_walk *w = ctx;
	struct buf b = BUF_INIT;
	if (lock >= 0)
		return 0;
	FREE_PTR char *path = path_join(dir, "holds");
	int r = path ? file_read(path, (size_t)1 << 30, &b, w->f) : -ENOMEM;
	if (r == -ENOENT)
		r = 0; /* it is just being made, or just going away */
	for (size_t i = 0; r == 0 && i + DIGEST_LEN <= b.len; i += DIGEST_LEN) {
		struct digest d;
		memcpy(d.b, b.ptr + i, DIGEST_LEN);
		r = w->fn(w->ctx, &d);
	}
	buf_release(&b);
	return r;
}

int temproot_each_hold(struct store *s, int (*fn)(void *ctx, const struct digest *d), void *ctx,
		       struct fault *f)
{
	struct hold_walk w = {fn, ctx, f};
	int r = s->owner ? read_holds(&w, s->owner, -1) : 0;
	return r < 0 ? r : temproot_each_other(s, read_holds, &w, f);
}

static int count_living(void *ctx, const char *dir, int lock)
{
	(void)dir;
	*(bool *)ctx |= lock < 0;
	return 0;
}

bool temproot_others(struct store *s)
{
	bool living = false;
	return temproot_each_other(s, count_living, &living, NULL) < 0 || living;
}

struct owner_walk {
	struct store *s;
	int (*fn)(void *ctx, const char *dir, int lock);
	void *ctx;
	struct fault *f;
};

static int one_owner(void *ctx, const char *name)
{
	struct owner_walk *w = ctx;
	if (w->s->owner && strcmp(path_base(w->s->owner), name) == 0)
		return 0;
	FREE_PTR char *tmp = store_at(w->s, "tmp");
	FREE_PTR char *dir = tmp ? path_join(tmp, name) : NULL;
	FREE_PTR char *lock = dir ? path_join(dir, "lock") : NULL;
	if (!lock)
		return fault_set(w->f, -ENOMEM, "cannot look into %s/tmp:", w->s->path);
	struct stat st;
	if (lstat(dir, &st) < 0)
		return errno == ENOENT ? 0 : fault_set(w->f, -errno, "cannot look at %s:", dir);
	if (!S_ISDIR(st.st_mode))
		return 0;
	/*
	 * Without a lock it is just being made, just going away, or its maker was killed in between. To
	 * make the lock here would take the folder from under who is making it. To remove it while it
	 * is empty does no harm: its maker then tries another. What is left so long ago is nobody's.
	 */
	int locked = file_exists(lock, w->f);
	if (locked < 0)
		return locked;
	if (locked == 0 &&
	    (rmdir(dir) == 0 || sys_now_ns() / 1000000000 - st.st_mtime < OWNER_YOUNG_S))
		return 0;
	CLOSE_FD int fd = -1;
	struct fault g = FAULT_INIT;
	int r = lock_file(lock, 0644, false, &fd, &g);
	if (r == -ENOENT)
		return 0; /* went away while we looked */
	if (r < 0)
		return fault_set(w->f, r, "%s", g.what);
	return w->fn(w->ctx, dir, r > 0 ? -1 : fd);
}

int temproot_each_other(struct store *s, int (*fn)(void *ctx, const char *dir, int lock),
			void *ctx, struct fault *f)
{
	struct owner_walk w = {s, fn, ctx, f};
	return each_entry(s, "tmp", one_owner, &w, f);
}
