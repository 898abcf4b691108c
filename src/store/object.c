/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/sys.h"
#include "nar/nar.h"

char *store_object_path(struct store *s, const struct digest *hash)
{
	char rel[8 + DIGEST_HEX + 1] = "objects/";
	digest_hex(hash, rel + 8);
	return store_at(s, rel);
}

/* Looks HASH up. 1 = there, 0 = not, negative. */
static int get(struct store *s, const struct digest *hash, struct store_object *ret,
	       struct fault *f)
{
	sqlite3_stmt *st = db_bind(s, Q_OBJECT_GET, "d", hash);
	int r = db_step(s, st, f);
	if (r <= 0)
		return r;
	if (ret)
		*ret = (struct store_object){.hash = *hash,
					     .nar_size = (uint64_t)sqlite3_column_int64(st, 0),
					     .file_size = (uint64_t)sqlite3_column_int64(st, 1),
					     .files = (uint64_t)sqlite3_column_int64(st, 2),
					     .added_ns = sqlite3_column_int64(st, 3)};
	db_reset(st);
	return 1;
}

int store_object(struct store *s, const struct digest *hash, struct store_object *ret)
{
	int r = get(s, hash, ret, NULL);
	return r == 0 ? ERR_MISSING : r < 0 ? r : 0;
}

int store_lookup(const struct store *s, int r, struct fault *f)
{
	if (r >= 0 || r == ERR_MISSING)
		return 0;
	fault_set(f, r, "cannot read the database of %s:", s->path);
	fault_hint(f, "boot-hurd store check looks what is wrong");
	return r;
}

int store_refs(struct store *s, struct arena *a, const struct digest *hash,
	       struct action_input **ret, size_t *ret_n, struct fault *f)
{
	struct action_input *refs = NULL;
	size_t n = 0, cap = 0;
	int r;
	sqlite3_stmt *st = db_bind(s, Q_REF_LIST, "d", hash);
	while ((r = db_step(s, st, f)) > 0) {
		struct action_input *p = vec_grow(refs, &cap, n + 1, sizeof *p);
		if (!p || !(p[n].as = arena_str(a, db_text(st, 0)))) {
			refs = p ? p : refs;
			r = fault_set(f, -ENOMEM, "cannot read references:");
			break;
		}
		refs = p;
		db_digest(st, 1, &refs[n++].object);
	}
	db_reset(st);
	if (r < 0) {
		free(refs);
		return r;
	}
	*ret = refs;
	*ret_n = n;
	return 0;
}

/*
 * Puts the canonical, synced tree at PATH into its place AT. What stands there without being
 * registered is a leftover and goes away.
 */
static int place(struct store *s, const char *path, const char *at, struct fault *f)
{
	FREE_PTR char *objects = store_at(s, "objects");
	int r = objects ? 0 : fault_set(f, -ENOMEM, "cannot add an object:");
	if (r == 0)
		r = file_exists(at, f);
	if (r > 0)
		r = temproot_trash(s, at, f);
	if (r == 0)
		r = tree_rename(path, at, f);
	if (r == 0)
		r = tree_seal(at, f);
	return r == 0 ? file_sync_dir(objects, f) : r;
}

/* The rows of a new object. Within a transaction. */
static int insert(struct store *s, const struct store_object *o,
		  const struct action_input *refs, size_t nrefs, bool known, struct fault *f)
{
	int r = known ? 0
		      : db_run(s, f, Q_OBJECT_PUT, "diiii", &o->hash, (int64_t)o->nar_size,
			       (int64_t)o->file_size, (int64_t)o->files, o->added_ns);
	/* Newer references replace older ones of that name in store_refs; gc follows all. */
	for (size_t i = 0; r == 0 && i < nrefs; i++)
		r = db_run(s, f, Q_REF_PUT, "dtd", &o->hash, refs[i].as, &refs[i].object);
	return r;
}

/* Registers the tree at PATH as O. RET_PLACED: it was moved into the store. */
static int enter(struct store *s, const char *path, struct store_object *o,
		 const struct action_input *refs, size_t nrefs, bool *ret_placed,
		 struct fault *f)
{
	FREE_PTR char *at = store_object_path(s, &o->hash);
	if (!at)
		return fault_set(f, -ENOMEM, "cannot add an object:");
	int r = temproot_ensure(s, f);
	if (r == 0)
		r = store_begin(s, true, f);
	if (r < 0)
		return r;
	/* Held before it can be seen, so that no collection comes between. */
	r = temproot_hold(s, &o->hash, f);
	struct store_object had = {0};
	int known = r == 0 ? get(s, &o->hash, &had, f) : r;
	int there = known > 0 ? file_exists(at, f) : 0;
	bool placed = known == 0 || (known > 0 && there == 0);
	if (known < 0 || there < 0)
		r = known < 0 ? known : there;
	else if (known)
		o->added_ns = had.added_ns;
	if (r == 0 && placed)
		r = place(s, path, at, f);
	if (r == 0)
		r = insert(s, o, refs, nrefs, known > 0, f);
	r = store_commit(s, r, f);
	if (r < 0) {
		temproot_unhold(s, &o->hash);
		if (placed && known == 0 && temproot_trash(s, at, NULL) < 0)
			s->unfinished = true;
	}
	store_unlock_writer(s);
	*ret_placed = placed;
	return r;
}

/* Says what a disk without room needs. */
static int hint_room(struct fault *f, int r)
{
	if (r == -ENOSPC || r == -EDQUOT)
		fault_hint(f, "make room on the disk, for instance with boot-hurd gc");
	return r;
}

int store_add(struct store *s, const char *path, const struct action_input *refs, size_t nrefs,
	      struct store_object *ret, struct fault *f)
{
	struct nar_stats stats = {0};
	struct store_object o = {.added_ns = sys_now_ns()};
	bool placed = false;
	int r = temproot_ensure(s, f);
	if (r == 0)
		r = tree_canonicalise(path, s->owner, f);
	if (r == 0)
		r = nar_hash(path, &o.hash, &stats, f);
	if (r < 0)
		return hint_room(f, r);
	o.nar_size = stats.nar_size;
	o.file_size = stats.file_size;
	o.files = stats.files;
	/* What is there already needs no syncing. */
	if (get(s, &o.hash, NULL, f) == 0)
		r = tree_sync(path, stats.files, f);
	if (r == 0)
		r = enter(s, path, &o, refs, nrefs, &placed, f);
	if (r == 0 && !placed)
		r = file_remove_tree(path, f);
	if (r == 0 && ret)
		*ret = o;
	return hint_room(f, r);
}
