/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "base/vec.h"

/*
 * Collection. Under the collect lock (nobody can hold anything new) and the writer lock (nothing new
 * is registered): mark what roots and living processes need, forget the rest in one transaction,
 * move its files aside; then, with the locks released, delete them. See store/FORMAT.md for why this
 * is safe at any instant.
 */

/* One object. */
struct item {
	struct digest hash;
	uint64_t size; /* bytes in its files */
	int64_t used_ns;
	bool live;
	size_t users; /* dead objects, not yet chosen, that mention it */
};

struct gc {
	struct store *s;
	const struct store_gc_options *o;
	struct fault *f;
	int64_t newest;     /* what was used at this time or later is kept */
	struct item *items; /* in order of use, the longest unused first; owned */
	size_t n, cap;
	struct map by_hash;     /* digest -> item */
	struct item **queue;    /* room for n; owned */
	size_t head, tail;      /* of queue */
	struct strlist objects; /* paths to remove, once committed */
	struct strlist files;   /* as well */
	struct strlist logs;    /* as well */
	struct item_note {
		const char *kind;
		char *path, *detail; /* owned */
		uint64_t bytes;
	} * notes; /* what goes, to be reported; owned */
	size_t nnotes, notes_cap;
	struct store_gc_result result;
};

static int no_memory(struct gc *g)
{
	return fault_set(g->f, -ENOMEM, "cannot collect:");
}

/* Notes that what is at PATH goes. */
static int note(struct gc *g, const char *kind, const char *path, const char *detail,
		uint64_t bytes)
{
	if (!path)
		return no_memory(g);
	size_t n = strlen(g->s->path);
	if (strncmp(path, g->s->path, n) == 0 && path[n] == '/')
		path += n + 1;
	if (!g->o->report)
		return 0;
	struct item_note *p = vec_grow(g->notes, &g->notes_cap, g->nnotes + 1, sizeof *p);
	if (!p)
		return no_memory(g);
	g->notes = p;
	p[g->nnotes] = (struct item_note){kind, strdup(path), strdup(detail), bytes};
	g->nnotes++;
	return p[g->nnotes - 1].path && p[g->nnotes - 1].detail ? 0 : no_memory(g);
}

static struct item *find(struct gc *g, const struct digest *d)
{
	return map_get(&g->by_hash, (struct view){(const char *)d->b, DIGEST_LEN});
}

static int load(struct gc *g)
{
	int r;
	sqlite3_stmt *st = db_bind(g->s, Q_OBJECT_LIST, "");
	while ((r = db_step(g->s, st, g->f)) > 0) {
		struct item *p = vec_grow(g->items, &g->cap, g->n + 1, sizeof *p);
		if (!p) {
			db_reset(st);
			return no_memory(g);
		}
		g->items = p;
		p[g->n] = (struct item){.size = (uint64_t)sqlite3_column_int64(st, 2),
					.used_ns = sqlite3_column_int64(st, 3)};
		db_digest(st, 0, &p[g->n++].hash);
	}
	g->queue = calloc(g->n + 1, sizeof(struct item *));
	if (r == 0 && !g->queue)
		r = no_memory(g);
	for (size_t i = 0; r == 0 && i < g->n; i++) {
		struct view key = {(const char *)g->items[i].hash.b, DIGEST_LEN};
		if (map_put(&g->by_hash, key, &g->items[i]) < 0)
			r = no_memory(g);
	}
	return r;
}

/* Calls FN for each object that IT mentions. */
static int each_target(struct gc *g, const struct item *it,
		       void (*fn)(struct gc *g, struct item *target))
{
	struct digest d;
	int r;
	sqlite3_stmt *st = db_bind(g->s, Q_REF_TARGETS, "d", &it->hash);
	while ((r = db_step(g->s, st, g->f)) > 0) {
		db_digest(st, 0, &d);
		struct item *target = find(g, &d);
		if (target && target != it)
			fn(g, target);
	}
	return r;
}

/* ---- marking ---- */

static void mark(struct gc *g, struct item *it)
{
	if (it->live)
		return;
	it->live = true;
	g->queue[g->tail++] = it;
}

static int mark_digest(void *ctx, const struct digest *d)
{
	struct gc *g = ctx;
	struct item *it = find(g, d);
	if (it)
		mark(g, it);
	return 0;
}

static int mark_roots(struct gc *g)
{
	struct digest d;
	int r;
	sqlite3_stmt *st = db_bind(g->s, Q_ROOT_LIST, "");
	while ((r = db_step(g->s, st, g->f)) > 0) {
		db_digest(st, 1, &d);
		mark_digest(g, &d);
	}
	return r;
}

/* Drops the roots of what was built by name too long ago. */
static int drop_old_roots(struct gc *g)
{
	struct arena a = ARENA_INIT;
	struct store_root *roots = NULL;
	size_t n = 0, tail = strlen(STORE_ROOT_BUILT);
	int64_t limit = sys_now_ns() - g->o->keep_built_s * 1000000000;
	FREE_PTR char *dir = store_at(g->s, "roots");
	int r = dir ? store_root_list(g->s, &a, &roots, &n, g->f) : no_memory(g);
	for (size_t i = 0; r == 0 && i < n; i++) {
		size_t len = strlen(roots[i].name);
		if (len <= tail || strcmp(roots[i].name + len - tail, STORE_ROOT_BUILT) != 0 ||
		    roots[i].added_ns > limit)
			continue;
		FREE_PTR char *path = path_join(dir, roots[i].name);
		r = path && strlist_add(&g->files, path) == 0 ? note(g, "root", path, "", 0)
							      : no_memory(g);
		if (r == 0)
			r = db_run(g->s, g->f, Q_ROOT_DELETE, "t", roots[i].name);
	}
	arena_release(&a);
	return r;
}

static int mark_all(struct gc *g)
{
	g->head = g->tail = 0;
	int r = drop_old_roots(g);
	if (r == 0)
		r = mark_roots(g);
	if (r == 0)
		r = temproot_each_hold(g->s, mark_digest, g, g->f);
	for (size_t i = 0; i < g->n; i++)
		if (g->items[i].used_ns >= g->newest)
			mark(g, &g->items[i]);
	while (r == 0 && g->head < g->tail)
		r = each_target(g, g->queue[g->head++], mark);
	return r;
}

/* ---- choosing ---- */

static void count_user(struct gc *g, struct item *target)
{
	(void)g;
	target->users++;
}

static void drop_user(struct gc *g, struct item *target)
{
	if (!target->live && --target->users == 0)
		g->queue[g->tail++] = target;
}

/* Finds what OBJECT was last built or fetched as (of a source: from where): RET is malloc'd, or NULL when nobody says. */
static int object_name(struct gc *g, const struct digest *object, char **ret)
{
	static const enum query sayers[] = {Q_OBJECT_NAME, Q_SOURCE_NAME};
	int r = 0;
	for (size_t i = 0; r == 0 && i < 2; i++) {
		sqlite3_stmt *st = db_bind(g->s, sayers[i], "d", object);
		r = db_step(g->s, st, g->f);
		if (r > 0 && !(*ret = strdup(db_text(st, 0))))
			r = no_memory(g);
		db_reset(st);
	}
	return r < 0 ? r : 0;
}

/* Forgets IT and notes what is to be removed with it. */
static int choose(struct gc *g, struct item *it)
{
	FREE_PTR char *path = store_object_path(g->s, &it->hash);
	FREE_PTR char *name = NULL;
	int r = path ? strlist_add(&g->objects, path) : -ENOMEM;
	if (r == 0)
		r = object_name(g, &it->hash, &name);
	if (r == 0)
		r = note(g, "object", path, name ? name : "", it->size);
	sqlite3_stmt *st = r == 0 ? db_bind(g->s, Q_SOURCE_OF_OBJECT, "d", &it->hash) : NULL;
	while (r == 0 && (r = db_step(g->s, st, g->f)) > 0) {
		FREE_PTR char *pin = pin_path(g->s, db_text(st, 0));
		r = pin ? strlist_add(&g->files, pin) : -ENOMEM;
	}
	db_reset(st);
	if (r == -ENOMEM)
		no_memory(g);
	it->live = true; /* done with */
	g->result.objects++;
	g->result.bytes += it->size;
	return r;
}

static bool enough(const struct gc *g)
{
	return g->o->max_bytes && g->result.bytes >= g->o->max_bytes;
}

/*
 * Chooses what goes: the longest unused first, but always before what it mentions, so that what is
 * left when the limit is reached has all it needs.
 */
static int choose_all(struct gc *g)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < g->n; i++)
		if (!g->items[i].live)
			r = each_target(g, &g->items[i], count_user);
	g->head = g->tail = 0;
	for (size_t i = 0; i < g->n; i++)
		if (!g->items[i].live && g->items[i].users == 0)
			g->queue[g->tail++] = &g->items[i];
	while (r == 0 && g->head < g->tail && !enough(g)) {
		struct item *it = g->queue[g->head++];
		r = choose(g, it);
		if (r == 0)
			r = each_target(g, it, drop_user);
	}
	/* What mentions each other in a circle has no first; it goes last, as a whole. */
	bool over = enough(g);
	for (size_t i = 0; r == 0 && !over && i < g->n; i++)
		if (!g->items[i].live)
			r = choose(g, &g->items[i]);
	g->result.kept = g->n - g->result.objects;
	return r;
}

static int forget_all(struct gc *g)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < g->objects.n; i++) {
		struct digest d;
		r = digest_parse_hex(view_of(path_base(g->objects.items[i])), &d);
		if (r == 0)
			r = db_run(g->s, g->f, Q_OBJECT_DELETE, "d", &d);
	}
	return r;
}

/* ---- logs, archives, kept folders ---- */

/* Notes PATH for removal into LIST. */
static int drop(struct gc *g, const char *path, struct strlist *list)
{
	uint64_t size = 0;
	int r = file_tree_size(path, &size, g->f);
	if (r == 0)
		r = note(g, "file", path, "", size);
	g->result.bytes += size;
	return r < 0 ? r : strlist_add(list, path) < 0 ? no_memory(g) : 0;
}

/* As drop, unless it is too new. */
static int drop_file(struct gc *g, const char *path, struct strlist *list)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0
				       : fault_set(g->f, -errno, "cannot look at %s:", path);
	if ((int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec >= g->newest)
		return 0;
	return drop(g, path, list);
}

/* Forgets logs of builds whose output is gone and that are not the last word on their name. */
static int forget_logs(struct gc *g)
{
	int r;
	sqlite3_stmt *st = db_bind(g->s, Q_LOG_GARBAGE, "i", g->newest);
	while ((r = db_step(g->s, st, g->f)) > 0) {
		FREE_PTR char *path = store_at(g->s, db_text(st, 1));
		struct stat info;
		uint64_t size = 0;
		if (!path || strlist_add(&g->logs, path) < 0)
			r = no_memory(g);
		else if (lstat(path, &info) == 0)
			size = (uint64_t)info.st_size;
		else if (errno != ENOENT)
			r = fault_set(g->f, -errno, "cannot look at %s:", path);
		g->result.bytes += size;
		if (r > 0 && note(g, "log", path, "", size) < 0)
			r = -ENOMEM;
		if (r > 0)
			r = db_run(g->s, g->f, Q_LOG_FORGET, "i", sqlite3_column_int64(st, 0));
		if (r < 0)
			break;
	}
	db_reset(st);
	return r;
}

/* Notes the log NAME of folder logs/AA if no realisation names it. */
struct log_walk {
	struct gc *g;
	const char *dir;
};

static int stray_log(void *ctx, const char *name)
{
	struct log_walk *w = ctx;
	FREE_PTR char *rel = path_join(w->dir, name);
	FREE_PTR char *path = rel ? store_at(w->g->s, rel) : NULL;
	if (!path)
		return no_memory(w->g);
	sqlite3_stmt *st = db_bind(w->g->s, Q_LOG_GET, "t", rel);
	int r = db_step(w->g->s, st, w->g->f);
	db_reset(st);
	return r == 0 ? drop_file(w->g, path, &w->g->files) : r < 0 ? r : 0;
}

static int stray_logs(void *ctx, const char *name)
{
	struct log_walk w = {ctx, NULL};
	FREE_PTR char *dir = path_join("logs", name);
	w.dir = dir;
	int r = dir ? each_entry(w.g->s, dir, stray_log, &w, w.g->f) : no_memory(w.g);
	return r == -ENOTDIR ? 0 : r; /* not ours */
}

/* Notes the archive NAME (or its unfinished download) when no source is made from it. */
static int stray_archive(void *ctx, const char *name)
{
	struct gc *g = ctx;
	char hex[DIGEST_HEX + 1];
	FREE_PTR char *dir = store_at(g->s, "sources");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(g);
	snprintf(hex, sizeof hex, "%s", name);
	sqlite3_stmt *st = db_bind(g->s, Q_SOURCE_OF_ARCHIVE, "t", hex);
	int r = db_step(g->s, st, g->f);
	db_reset(st);
	return r == 0 ? drop_file(g, path, &g->files) : r < 0 ? r : 0;
}

static int old_kept(void *ctx, const char *name)
{
	struct gc *g = ctx;
	FREE_PTR char *dir = store_at(g->s, "kept");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	return path ? drop_file(g, path, &g->objects) : no_memory(g);
}

/* A tree that differed when it was rebuilt. Its files' own times say nothing; that it was moved does. */
static int old_difference(void *ctx, const char *name)
{
	struct gc *g = ctx;
	struct stat st;
	int64_t keep_s = g->o->older_than_s ? g->o->older_than_s : STORE_KEEP_DIFFERENCES_S;
	FREE_PTR char *dir = store_at(g->s, "differences");
	FREE_PTR char *path = dir ? path_join(dir, name) : NULL;
	if (!path)
		return no_memory(g);
	if (lstat(path, &st) < 0)
		return fault_set(g->f, -errno, "cannot look at %s:", path);
	if (sys_now_ns() / 1000000000 - st.st_ctim.tv_sec < keep_s)
		return 0;
	return drop(g, path, &g->objects);
}

/* What is not an object. Only when nobody else is at work, who may be about to register it. */
static int choose_files(struct gc *g)
{
	int r = forget_logs(g);
	if (r < 0 || enough(g) || temproot_others(g->s))
		return r;
	r = each_entry(g->s, "logs", stray_logs, g, g->f);
	if (r == 0)
		r = each_entry(g->s, "sources", stray_archive, g, g->f);
	if (r == 0)
		r = each_entry(g->s, "kept", old_kept, g, g->f);
	if (r == 0)
		r = each_entry(g->s, "differences", old_difference, g, g->f);
	return r;
}

/* ---- the whole ---- */

/* Moves what was chosen aside. The database has forgotten it. */
static int move_away(struct gc *g)
{
	int r = 0;
	FREE_PTR char *objects = store_at(g->s, "objects");
	for (size_t i = 0; r == 0 && i < g->objects.n; i++)
		if ((r = file_exists(g->objects.items[i], g->f)) > 0)
			r = temproot_trash(g->s, g->objects.items[i], g->f);
	for (size_t i = 0; i < g->files.n; i++)
		unlink(g->files.items[i]);
	for (size_t i = 0; i < g->logs.n; i++)
		unlink(g->logs.items[i]);
	if (r == 0 && g->objects.n)
		r = objects ? file_sync_dir(objects, g->f) : no_memory(g);
	return r;
}

/* Decides and forgets, within a transaction. */
static int collect(struct gc *g)
{
	/* Whatever has lost rows would have them collected. */
	int r = db_verify(g->s, g->f);
	if (r == 0)
		r = roots_agree(g->s, g->f);
	if (r == 0)
		r = load(g);
	if (r == 0)
		r = mark_all(g);
	if (r == 0)
		r = choose_all(g);
	if (r == 0)
		r = forget_all(g);
	if (r == 0)
		r = choose_files(g);
	g->result.logs = g->logs.n;
	return r;
}

/* Deletes what lies in the handle's own folder as trash. */
static int empty_trash(void *ctx, const char *name)
{
	struct gc *g = ctx;
	FREE_PTR char *path = path_join(g->s->owner, name);
	if (!path)
		return no_memory(g);
	return strncmp(name, "trash-", 6) == 0 ? file_remove_tree(path, g->f) : 0;
}

static void gc_release(struct gc *g)
{
	free(g->items);
	free(g->queue);
	map_release(&g->by_hash);
	strlist_release(&g->objects);
	strlist_release(&g->files);
	strlist_release(&g->logs);
	for (size_t i = 0; i < g->nnotes; i++) {
		free(g->notes[i].path);
		free(g->notes[i].detail);
	}
	free(g->notes);
}

static void report_all(const struct gc *g)
{
	for (size_t i = 0; i < g->nnotes; i++) {
		const struct item_note *p = &g->notes[i];
		g->o->report(g->o->ctx,
			     &(struct store_gc_item){p->kind, p->path, p->detail, p->bytes});
	}
}

int store_gc(struct store *s, const struct store_gc_options *o, struct store_gc_result *ret,
	     struct fault *f)
{
	struct gc g = {.s = s, .o = o, .f = f, .newest = INT64_MAX};
	if (o->older_than_s)
		g.newest = sys_now_ns() - o->older_than_s * 1000000000;
	int r = temproot_ensure(s, f);
	if (r == 0) {
		sweep(s, true);
		r = lock_exclusive(s, s->collect_fd, "collect", f);
	}
	if (r < 0)
		return r;
	r = store_begin(s, true, f);
	if (r == 0) {
		r = collect(&g);
		/* A dry run decides in earnest, then takes it back. */
		r = r == 0 && o->dry_run ? db_run(s, f, Q_ROLLBACK, "") : store_commit(s, r, f);
		if (r == 0 && !o->dry_run) {
			r = move_away(&g);
			s->unfinished |= r < 0;
		}
		s->writing = false;
		store_unlock_writer(s);
	}
	lock_release(s->collect_fd);
	char rel[64];
	snprintf(rel, sizeof rel, "tmp/%s", path_base(s->owner));
	if (r == 0)
		r = each_entry(s, rel, empty_trash, &g, f);
	if (r == 0) {
		*ret = g.result;
		report_all(&g);
	}
	reserve_make(s);
	gc_release(&g);
	return r;
}
