/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <sqlite3.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/lock.h"
#include "base/map.h"
#include "store/store.h"

/*
 * What the files of store/ share.
 *
 * Locks, always taken in this order, so that nobody waits in a circle:
 *
 *     locks/open     shared by every handle while it lives; exclusive to swap the database
 *     locks/collect  shared while something is held (store_hold); exclusive while gc decides
 *     locks/writer   exclusive around every transaction that writes and the renames it belongs to
 *
 * So whoever has the writer lock sees the folders and the database agree, leftovers of dead
 * processes aside; and whoever has the collect lock exclusively knows of every hold.
 */

enum { STORE_FORMAT = 1 }; /* migrations in schema.sql */

/* The statements that more than one function runs; their text is in query.c. */
enum query {
	Q_BEGIN,
	Q_BEGIN_READ,
	Q_COMMIT,
	Q_ROLLBACK,
	Q_OBJECT_GET,
	Q_OBJECT_PUT,
	Q_OBJECT_DELETE,
	Q_OBJECT_USED,
	Q_OBJECT_ADDED,
	Q_OBJECT_LIST,
	Q_REF_PUT,
	Q_REF_LIST,
	Q_REF_TARGETS,
	Q_REF_DANGLING,
	Q_DRV_GET,
	Q_DRV_PUT,
	Q_ACTION_GET,
	Q_ACTION_PUT,
	Q_RESOLUTION_NEWEST,
	Q_RESOLUTION_PUT,
	Q_RESOLVED,
	Q_REALISATION_PUT,
	Q_REALISATION_FIND,
	Q_REALISATION_LIST,
	Q_REALISATION_BY_DRV,
	Q_REALISATION_BY_NAME,
	Q_REALISATION_EXPECTED,
	Q_REALISATION_NEWEST,
	Q_STATEMENT_GET,
	Q_STATEMENT_LIST,
	Q_STATEMENT_ROW,
	Q_STATEMENT_SET,
	Q_STATEMENT_PARSE,
	Q_STATEMENT_REFS,
	Q_PIN_PARSE,
	Q_LOG_GARBAGE,
	Q_LOG_FORGET,
	Q_LOG_GET,
	Q_LOG_LIST,
	Q_LOG_LOST,
	Q_SOURCE_GET,
	Q_SOURCE_PUT,
	Q_SOURCE_LIST,
	Q_SOURCE_OF_OBJECT,
	Q_SOURCE_NAME,
	Q_SOURCE_OF_ARCHIVE,
	Q_ROOT_GET,
	Q_ROOT_PUT,
	Q_OBJECT_NAME,
	Q_ROOT_DELETE,
	Q_ROOT_LIST,
	Q_INTEGRITY,
	Q_QUICK_CHECK,
	Q_FOREIGN,
	Q_COUNT,
};

struct store {
	char *path; /* absolute; owned */
	bool readonly;
	sqlite3 *db;
	struct db_prepared *prepared; /* statements, when first used; owned */
	size_t nprepared, prepared_cap;
	int open_fd, collect_fd, writer_fd; /* the lock files; -1 = not opened */
	bool history;                       /* its tables are there: see history.c */
	bool writing;                       /* between store_begin and store_end */
	bool unfinished;        /* files and rows may disagree: the next to open recovers */
	char *owner;            /* own folder below tmp/, made when first needed; owned */
	int owner_fd;           /* its lock file, locked; -1 */
	int holds_fd;           /* its list of holds; -1 */
	struct map held;        /* digest -> this handle, or NULL when no longer held */
	struct arena held_keys; /* of held */
	struct digest *stale;   /* held objects whose used_ns is to be renewed; owned */
	size_t nstale, stale_cap;
	struct fault warning; /* of the last sweep that failed; code 0 = none did */
};

/* Cleanup for a table of C strings, paths and statements is by FREE_PTR; see base/file.h. */

/* ---- handle.c: a handle without its database ---- */

/* Opens the handle at PATH, an existing folder, and its lock files. */
int store_open_bare(const char *path, bool readonly, struct store **ret, struct fault *f);
/* Closes it and frees it. NULL is fine. */
void store_close_bare(struct store *s);
/* Makes the folders of a store at PATH, those that are missing. */
int store_make_folders(const char *path, struct fault *f);
/* Returns the path REL below the store's folder, malloc'd, or NULL. */
char *store_at(const struct store *s, const char *rel);
/* Refuses when S is for reading only. */
int store_writable(struct store *s, struct fault *f);
/* Calls FN for each entry of the store's folder DIR ("." and ".." aside). Missing: no call. */
int each_entry(struct store *s, const char *dir, int (*fn)(void *ctx, const char *name),
	       void *ctx, struct fault *f);

/* ---- query.c ---- */

/*
 * A statement, static. ROW says what the columns of its rows must hold: 'd' a digest, 'D' that or nothing,
 * 'i' an integer, 't' text. Looked at for every row, so that one that was damaged is an error wherever it
 * is read. NULL: it gives no rows, or what is not a table (JSON, pragmas).
 */
struct db_query {
	const char *sql;
	const char *row;
};
extern const struct db_query db_queries[Q_COUNT];

/* ---- db.c ---- */

/* Opens the database file FILE with OPEN flags of SQLite into S->db. */
int db_open(struct store *s, const char *file, int open, struct fault *f);
void db_close(struct store *s);
/* Sets F from SQLite's last error, DOING in front. Returns the code. */
int db_fault(struct store *s, struct fault *f, const char *doing);
/*
 * Readies statement Q and binds its parameters by FMT: 'd' const struct digest * (NULL = NULL),
 * 'i' int64_t, 't' const char *, 'v' struct view (as text). NULL on failure (see db_fault).
 */
sqlite3_stmt *db_bind(struct store *s, enum query q, const char *fmt, ...);
/*
 * Steps: 1 = a row, 0 = no more, negative. Resets when there are no more. ST may be NULL: fails. A row
 * whose columns do not hold what they must is ERR_CORRUPT: nobody else need check that.
 */
int db_step(struct store *s, sqlite3_stmt *st, struct fault *f);
/* Ends a reading early. */
void db_reset(sqlite3_stmt *st);
/* Runs Q to its end. */
int db_run(struct store *s, struct fault *f, enum query q, const char *fmt, ...);
/* As db_bind and db_run, for a statement that stands beside the one function that runs it. */
sqlite3_stmt *db_ask(struct store *s, const struct db_query *q, const char *fmt, ...);
int db_do(struct store *s, struct fault *f, const struct db_query *q, const char *fmt, ...);
/* Copies column I, a digest; all zero when it is NULL. */
void db_digest(sqlite3_stmt *st, int i, struct digest *ret);
/*
 * Looks whether the database as a whole is sound, by SQLite's quick check. ERR_CORRUPT when not. Comes
 * before anything is deleted because the database does not have it.
 */
int db_verify(struct store *s, struct fault *f);
/* Returns column I as text, "" when NULL; valid until the next step. */
const char *db_text(sqlite3_stmt *st, int i);

/* Takes the writer lock and begins. WAIT false: 1 when another writer is at work. */
int store_begin(struct store *s, bool wait, struct fault *f);
/* Ends it: commits when R is 0, else rolls back. Returns R, or why the commit failed. */
int store_end(struct store *s, int r, struct fault *f);
/*
 * As store_end, in two steps, for what must happen between commit and unlock. store_unlock_writer
 * always follows.
 */
int store_commit(struct store *s, int r, struct fault *f);
void store_unlock_writer(struct store *s);

/* ---- schema.c ---- */

/* Returns how many migrations SQL has, and the text of the Nth, malloc'd. */
int schema_count(const char *sql);
char *schema_section(const char *sql, int n);

/* Brings the database to the newest format by the migrations in SQL. ERR_CONFIG: it is newer. */
int schema_migrate(struct store *s, const char *sql, struct fault *f);
/* The program's own schema.sql. */
extern const char schema_sql[];

/* ---- lock.c ---- */

/* Locks one of the handle's lock files. */
int lock_shared(struct store *s, int fd, const char *what, struct fault *f);
int lock_exclusive(struct store *s, int fd, const char *what, struct fault *f);

/* ---- temproot.c: the folder below tmp/ of each handle, and what it holds ---- */

/* Makes this handle's folder below tmp/ if it has none. */
int temproot_ensure(struct store *s, struct fault *f);
/* Removes it and what is in it. */
void temproot_release(struct store *s);
/* Adds OBJECT to the list of holds, without any check. */
int temproot_hold(struct store *s, const struct digest *object, struct fault *f);
/* Forgets that this handle holds OBJECT, so that a later hold looks again. */
void temproot_unhold(struct store *s, const struct digest *object);
/* Calls FN with each hold of each living process. Collect lock held exclusively. */
int temproot_each_hold(struct store *s, int (*fn)(void *ctx, const struct digest *d), void *ctx,
		       struct fault *f);
/* Returns whether another handle or process has a folder below tmp/. Collect lock: exclusive. */
bool temproot_others(struct store *s);
/* Returns a new path below this handle's folder (nothing is made there), or NULL. */
char *temproot_path(struct store *s, const char *prefix, struct fault *f);
/* Moves PATH (which may be read-only) below this handle's folder, where it will be removed. */
int temproot_trash(struct store *s, const char *path, struct fault *f);

/*
 * Calls FN with the folder of each other handle and its lock, which is closed afterwards, or -1 when the
 * handle lives.
 */
int temproot_each_other(struct store *s, int (*fn)(void *ctx, const char *dir, int lock),
			void *ctx, struct fault *f);

/* ---- sweep.c ---- */

/*
 * Cleans up after dead processes. WAIT false: only if nobody is writing. What fails becomes the handle's
 * warning: leftovers that cannot be removed must not keep anybody from using the store.
 */
void sweep(struct store *s, bool wait);

/* ---- canonicalise.c ---- */

/*
 * Gives the tree at PATH canonical modes and times, breaks hard links (copies are made below SPARE,
 * a folder on the same file system), refuses what has no place in an object. The top folder stays
 * writable so that it can be renamed.
 */
int tree_canonicalise(const char *path, const char *spare, struct fault *f);
/* Makes all of the tree at PATH durable. NODES is how many files and folders it has. */
int tree_sync(const char *path, uint64_t nodes, struct fault *f);
/* Sets the mode and time of the top of a canonical tree, and syncs it. */
int tree_seal(const char *path, struct fault *f);
/*
 * Looks whether modes, times and link counts in the tree at PATH are canonical. 0 when so; 1 when
 * not, RET saying where and what; negative, F saying why, when it cannot be read.
 */
int tree_check(const char *path, struct buf *ret, struct fault *f);
/* Renames the top of an object, which may be read-only, from FROM to TO. */
int tree_rename(const char *from, const char *to, struct fault *f);

/* ---- realisation_file.c: realisations and pins as files ---- */

/* What a realisation looks like on disk; see store/FORMAT.md. */
int statement_json(struct store *s, const struct store_realisation *r, int64_t recorded_ns,
		   struct view action, struct buf *ret, struct fault *f);
/* Writes N bytes to PATH through a file in the handle's folder, durably. */
int statement_write(struct store *s, const char *path, struct view bytes, struct fault *f);
/* Returns the path of the realisation whose file hashes to D, malloc'd, or NULL. */
char *statement_path(struct store *s, const struct digest *d);
/* Returns the path of the file of PIN, malloc'd, or NULL. */
char *pin_path(struct store *s, const char *pin);
/* What a pin looks like on disk. */
int pin_json(struct store *s, const char *pin, const char *uri, const struct digest *hash,
	     struct buf *ret, struct fault *f);
/*
 * Finds what is wrong with the pin's file at PATH: RET is a phrase, or NULL. Negative when it cannot
 * be read.
 */
int pin_damage(struct store *s, const char *path, const char **ret, struct fault *f);
/* Takes the realisation in BYTES, whose SHA-256 is D, into the database. Within a transaction. */
int statement_import(struct store *s, const struct digest *d, struct view bytes,
		     struct fault *f);
/* Inserts the rows of R: action, resolution, realisation. Within a transaction. */
int statement_rows(struct store *s, const struct digest *d, const struct store_realisation *r,
		   int64_t recorded_ns, struct view action, struct fault *f);
/* Takes the pin in BYTES into the database. Within a transaction. */
int pin_import(struct store *s, struct view bytes, struct fault *f);

/* ---- recover.c ---- */

/* Makes folders and database agree after a crash. Within a transaction. */
int recover(struct store *s, struct fault *f);
/*
 * Calls FN for each realisation file: its name without ".json" as digest. Other names are passed
 * with D NULL.
 */
int each_statement(struct store *s,
		   int (*fn)(void *ctx, const char *rel, const struct digest *d), void *ctx,
		   struct fault *f);

/* ---- root.c ---- */

/* Returns whether NAME can be a root's: path_is_name, and STORE_ROOT_BUILT may follow. */
bool root_is_name(const char *name);

/*
 * Makes the link of root NAME point to OBJECT, its time being ADDED_NS, or removes it when OBJECT is
 * NULL. Writer lock held.
 */
int root_link(struct store *s, const char *name, const struct digest *object, int64_t added_ns,
	      struct fault *f);
/*
 * Reads the link of root NAME. ERR_MISSING when there is none, ERR_CORRUPT when what stands there is
 * not a root's link, a negated errno when it cannot be read.
 */
int root_read(struct store *s, const char *name, struct digest *ret, int64_t *ret_added_ns,
	      struct fault *f);
/* As root_read, but no link and a wrong one are 1, which is all that a comparison asks. */
int root_differs(struct store *s, const char *name, const struct digest *object,
		 struct fault *f);
/* ERR_CORRUPT unless the links below roots/ and the table say the same. Writer lock held. */
int roots_agree(struct store *s, struct fault *f);

/* ---- quarantine.c ---- */

/* Moves PATH to damaged/, with the time in its name. A missing one is fine. */
int quarantine(struct store *s, const char *path, struct fault *f);
/* The same for what stands at the place of object D. */
int quarantine_object(struct store *s, const struct digest *d, struct fault *f);
/*
 * Returns whether CODE, which a function that reads a tree or a file gave, proves that what stands
 * there cannot be what was put there. Anything else (EIO, EMFILE, EACCES …) says only that it could
 * not be read now: that is an error, and nothing is moved for it.
 */
bool proves_damage(int code);

/* ---- swap.c: a new database takes the place of the old one; see FORMAT.md ---- */

/* Removes what there is of an unfinished one, db.sqlite.new. */
int swap_discard(struct store *s, struct fault *f);
/* Makes the new one, complete and closed, the one that counts: from here on there is one. */
int swap_ready(struct store *s, struct fault *f);
/* Returns 1 when there is one that counts and is not in its place yet, 0 when not, or negative. */
int swap_pending(const struct store *s, struct fault *f);
/*
 * Puts it in its place. Killed in between, this is done again when the store is next opened. The open
 * lock is held exclusively.
 */
int swap_finish(struct store *s, struct fault *f);

/* ---- history.c ---- */

/* Makes the tables of the history, or brings them up to date. No transaction. */
int history_ensure(struct store *s, struct fault *f);
/* Begins a transaction on the history, whose tables are there then; ends with store_end. */
int history_begin(struct store *s, struct fault *f);
/* Returns 1 when they are there, 0 when not, or negative. */
int history_there(struct store *s, struct fault *f);
/*
 * Copies the history out of the database file OLD into that of S, which is new. ERR_MISSING: there is none
 * in it; other failures: what could not be read. No transaction.
 */
int history_bring(struct store *s, const char *old, uint64_t *ret_runs, struct fault *f);

/* ---- reserve.c ---- */

/* Makes the file that keeps room for a collection, if it is missing and there is plenty. */
void reserve_make(struct store *s);
/* Removes it when the disk is almost full. */
void reserve_give_up(struct store *s);

/* ---- small things, in realisation.c and check.c ---- */

/* Copies a row of realisations (its columns as REALISATION in query.c has them). */
int realisation_row(sqlite3_stmt *st, struct arena *a, struct store_realisation *ret);
/* Returns whether NAME is 64 lower-case hex digits. */
bool hex_name(const char *name, struct digest *ret);

#endif
