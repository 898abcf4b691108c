/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/sys.h"
#include "hash/sha256.h"

static int count_entry(void *ctx, const char *name)
{
	(void)name;
	++*(size_t *)ctx;
	return 1;
}

/* Refuses to begin a new database over objects: they would all be taken for leftovers. */
static int check_no_objects(struct store *s, struct fault *f)
{
	size_t n = 0;
	int r = each_entry(s, "objects", count_entry, &n, f);
	if (r < 0 || n == 0)
		return r < 0 ? r : 0;
	fault_set(f, ERR_CORRUPT, "the store %s has objects but no database", s->path);
	fault_hint(f, "boot-hurd store rebuild-db makes it again");
	return ERR_CORRUPT;
}

/* Opens the database for reading only, also on a disk that cannot be written. */
static int open_readonly(struct store *s, const char *file, struct fault *f)
{
	FREE_PTR char *wal = NULL;
	FREE_PTR char *uri = NULL;
	if (asprintf(&wal, "%s-wal", file) < 0 ||
	    asprintf(&uri, "file:%s?immutable=1", file) < 0)
		return fault_set(f, -ENOMEM, "cannot open the store:");
	int there = file_exists(wal, f);
	if (there < 0)
		return there;
	bool frozen = access(s->path, W_OK) < 0 && !there && !strpbrk(file, "?#%");
	return db_open(s, frozen ? uri : file, SQLITE_OPEN_READONLY, f);
}

/* Returns whether there is no database yet, or one whose making was cut short. */
static bool is_fresh(const char *file)
{
	struct stat st;
	return stat(file, &st) < 0 ? errno == ENOENT : st.st_size == 0;
}

/* Makes the database file, unless somebody else just did. */
static int make_database(struct store *s, const char *file, struct fault *f)
{
	int r = lock_exclusive(s, s->writer_fd, "writer", f);
	if (r < 0)
		return r;
	if (is_fresh(file)) {
		r = check_no_objects(s, f);
		if (r == 0)
			r = db_open(s, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
		if (r == 0 && sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL,
					   NULL) != SQLITE_OK)
			r = db_fault(s, f, "cannot set up the database");
		if (r == 0)
			r = file_sync_dir(s->path, f);
	}
	lock_release(s->writer_fd);
	return r;
}

static int open_database(struct store *s, struct fault *f)
{
	FREE_PTR char *file = store_at(s, "db.sqlite");
	if (!file)
		return fault_set(f, -ENOMEM, "cannot open the store:");
	int r = 0;
	if (s->readonly)
		r = open_readonly(s, file, f);
	else if (is_fresh(file))
		r = make_database(s, file, f);
	if (r == 0 && !s->db)
		r = db_open(s, file, SQLITE_OPEN_READWRITE, f);
	return r == 0 ? schema_migrate(s, schema_sql, f) : r;
}

const struct fault *store_warning(const struct store *s)
{
	return s->warning.code ? &s->warning : NULL;
}

/* Finishes a rebuild-db that was killed between its renames. */
static int finish_rebuild(struct store *s, struct fault *f)
{
	int r = swap_pending(s, f);
	if (r <= 0)
		return r;
	if (s->readonly) {
		fault_set(f, ERR_CORRUPT,
			  "the store %s has a new database that is not in its place yet",
			  s->path);
		fault_hint(f, "a command that may write puts it there");
		return ERR_CORRUPT;
	}
	r = lock_exclusive(s, s->open_fd, "open", f);
	if (r == 0)
		r = swap_pending(s, f); /* somebody else may have done it while we waited */
	if (r > 0)
		r = swap_finish(s, f);
	lock_release(s->open_fd);
	return r;
}

/* Opens the existing or just made folder at PATH. */
static int open_store(const char *path, bool readonly, int flags, struct store **ret,
		      struct fault *f)
{
	struct store *s = NULL;
	int r = store_open_bare(path, readonly, &s, f);
	if (r < 0 || !s)
		return r;
	if (flags & STORE_NEED_ROOM && !readonly)
		reserve_give_up(s);
	/* Waits while somebody swaps the database; see store_rebuild_db. */
	r = finish_rebuild(s, f);
	if (r == 0 && s->open_fd >= 0)
		r = lock_shared(s, s->open_fd, "open", f);
	if (r == 0)
		r = open_database(s, f);
	if (r == 0 && !readonly) {
		sweep(s, false);
		reserve_make(s);
	}
	if (r < 0) {
		store_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

/* Returns whether this process may write the store at PATH, or make it. */
static bool may_write(const char *path)
{
	FREE_PTR char *lock = path_join(path, "locks/open");
	return !lock || (access(lock, W_OK) == 0 && access(path, W_OK) == 0) ||
	       (errno != EACCES && errno != EROFS && errno != EPERM);
}

int store_open(const char *path, int flags, struct store **ret, struct fault *f)
{
	FREE_PTR char *file = path_join(path, "db.sqlite");
	FREE_PTR char *objects = path_join(path, "objects");
	if (!file || !objects)
		return fault_set(f, -ENOMEM, "cannot open the store:");
	bool readonly = flags & STORE_READONLY || (flags & STORE_MAY_LOOK && !may_write(path));
	int there = file_exists(file, f),
	    objects_there = there == 0 ? file_exists(objects, f) : 1;
	if (there < 0 || objects_there < 0)
		return there < 0 ? there : objects_there;
	bool fresh = there == 0;
	if (fresh && (readonly || !(flags & STORE_CREATE)) && objects_there == 0) {
		fault_set(f, ERR_MISSING, "there is no store at %s", path);
		fault_hint(f,
			   "boot-hurd build makes one; --state and BOOT_HURD_STATE say where");
		return ERR_MISSING;
	}
	if (fresh && readonly) {
		fault_set(f, ERR_CORRUPT, "the store %s has no database", path);
		fault_hint(f, "boot-hurd store rebuild-db makes it again");
		return ERR_CORRUPT;
	}
	int r = fresh ? store_make_folders(path, f) : 0;
	return r < 0 ? r : open_store(path, readonly, flags, ret, f);
}

/* Remembers when what was held was last used, so that gc --older-than knows. */
static void renew_used(struct store *s)
{
	if (s->nstale == 0 || store_begin(s, false, NULL) != 0)
		return;
	int r = 0;
	int64_t now = sys_now_ns();
	for (size_t i = 0; r == 0 && i < s->nstale; i++)
		r = db_run(s, NULL, Q_OBJECT_USED, "di", &s->stale[i], now);
	store_end(s, r, NULL);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->db) {
		renew_used(s);
		temproot_release(s);
		db_close(s);
	}
	store_close_bare(s);
}
