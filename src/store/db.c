/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

/* A statement that was prepared with a handle. */
struct db_prepared {
	const struct db_query *query;
	sqlite3_stmt *st;
};

static void hint_rebuild(struct fault *f)
{
	fault_hint(f, "boot-hurd store rebuild-db makes the database again from the files");
}

int db_fault(struct store *s, struct fault *f, const char *doing)
{
	int code = sqlite3_extended_errcode(s->db), os = sqlite3_system_errno(s->db);
	int r;
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		r = -ENOMEM;
		break;
	case SQLITE_FULL:
		r = -ENOSPC;
		break;
	case SQLITE_IOERR:
		r = os == ENOSPC || os == EDQUOT ? -os
		    : code == SQLITE_IOERR_NOMEM ? -ENOMEM
						 : -EIO;
		break;
	case SQLITE_READONLY:
		r = -EROFS;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		r = ERR_CORRUPT;
		break;
	default:
		r = ERR_DATABASE;
	}
	if (r == ERR_DATABASE || r == ERR_CORRUPT)
		fault_set(f, r, "%s in %s/db.sqlite: %s", doing, s->path,
			  sqlite3_errmsg(s->db));
	else
		fault_set(f, r, "%s in %s/db.sqlite:", doing, s->path);
	if (r == ERR_CORRUPT)
		hint_rebuild(f);
	if (r == -ENOSPC)
		fault_hint(f, "make room on the disk, for instance with boot-hurd gc");
	return r;
}

int db_open(struct store *s, const char *file, int open, struct fault *f)
{
	int e =
	    sqlite3_open_v2(file, &s->db, open | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
	if (e != SQLITE_OK && !s->db)
		return fault_set(f, -ENOMEM, "cannot open %s:", file);
	sqlite3_extended_result_codes(s->db, 1);
	if (e != SQLITE_OK)
		return db_fault(s, f, "cannot open the database");
	/* Writers queue at a lock file; this only bridges the moments SQLite itself needs. */
	sqlite3_busy_timeout(s->db, 60000);
	/* The journal stays when the last writer closes, so that who may only read can follow it. */
	int persist = 1;
	if (open & SQLITE_OPEN_READWRITE)
		sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist);
	if (sqlite3_exec(s->db,
			 "PRAGMA journal_size_limit = 0; PRAGMA foreign_keys = ON; PRAGMA "
			 "synchronous = FULL;"
			 "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY",
			 NULL, NULL, NULL) != SQLITE_OK)
		return db_fault(s, f, "cannot set up the database");
	return 0;
}

void db_close(struct store *s)
{
	for (size_t i = 0; i < s->nprepared; i++)
		sqlite3_finalize(s->prepared[i].st);
	free(s->prepared);
	s->prepared = NULL;
	s->nprepared = s->prepared_cap = 0;
	sqlite3_close(s->db);
	s->db = NULL;
}

/* Finds Q's statement, prepared when it is first used. */
static sqlite3_stmt *prepare(struct store *s, const struct db_query *q)
{
	for (size_t i = 0; i < s->nprepared; i++)
		if (s->prepared[i].query == q)
			return s->prepared[i].st;
	sqlite3_stmt *st = NULL;
	struct db_prepared *p =
	    vec_grow(s->prepared, &s->prepared_cap, s->nprepared + 1, sizeof *p);
	if (!p)
		return NULL;
	s->prepared = p;
	if (sqlite3_prepare_v3(s->db, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) !=
	    SQLITE_OK)
		return NULL;
	s->prepared[s->nprepared++] = (struct db_prepared){q, st};
	return st;
}

/* Binds parameter I of ST as one of the kinds of db_bind. Returns SQLite's code. */
static int bind_one(sqlite3_stmt *st, int i, char kind, va_list *ap)
{
	if (kind == 'i')
		return sqlite3_bind_int64(st, i, va_arg(*ap, int64_t));
	if (kind == 't')
		return sqlite3_bind_text(st, i, va_arg(*ap, const char *), -1,
					 SQLITE_TRANSIENT);
	if (kind == 'v') {
		struct view v = va_arg(*ap, struct view);
		return sqlite3_bind_text64(st, i, v.ptr ? v.ptr : "", v.len, SQLITE_TRANSIENT,
					   SQLITE_UTF8);
	}
	const struct digest *d = va_arg(*ap, const struct digest *);
	return d ? sqlite3_bind_blob(st, i, d->b, DIGEST_LEN, SQLITE_TRANSIENT)
		 : sqlite3_bind_null(st, i);
}

/* Readies Q's statement and binds its parameters by FMT. NULL on failure. */
static sqlite3_stmt *ready(struct store *s, const struct db_query *q, const char *fmt,
			   va_list *ap)
{
	sqlite3_stmt *st = prepare(s, q);
	if (!st)
		return NULL;
	sqlite3_reset(st);
	/* One too few would leave a NULL behind, one too many would read what nobody passed. */
	if (strlen(fmt) != (size_t)sqlite3_bind_parameter_count(st))
		return NULL;
	for (int i = 0; fmt[i]; i++)
		if (bind_one(st, i + 1, fmt[i], ap) != SQLITE_OK)
			return NULL;
	return st;
}

sqlite3_stmt *db_ask(struct store *s, const struct db_query *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = ready(s, q, fmt, &ap);
	va_end(ap);
	return st;
}

sqlite3_stmt *db_bind(struct store *s, enum query q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = ready(s, &db_queries[q], fmt, &ap);
	va_end(ap);
	return st;
}

/* Returns whether column I of ST holds a KIND. */
static bool column_holds(sqlite3_stmt *st, int i, char kind)
{
	int type = sqlite3_column_type(st, i);
	if (kind == 'i')
		return type == SQLITE_INTEGER;
	if (kind == 't')
		return type == SQLITE_TEXT;
	return (kind == 'D' && type == SQLITE_NULL) ||
	       (type == SQLITE_BLOB && sqlite3_column_bytes(st, i) == DIGEST_LEN);
}

/* Refuses the row that ST stands at unless each column holds what it must. */
static int check_row(struct store *s, sqlite3_stmt *st, struct fault *f)
{
	const char *row = NULL;
	for (size_t i = 0; i < s->nprepared && !row; i++)
		if (s->prepared[i].st == st)
			row = s->prepared[i].query->row;
	for (int i = 0; row && row[i]; i++)
		if (!column_holds(st, i, row[i])) {
			fault_set(f, ERR_CORRUPT,
				  "%s/db.sqlite is damaged: column %d does not hold what it "
				  "must in a row of: %.100s",
				  s->path, i + 1, sqlite3_sql(st));
			hint_rebuild(f);
			return ERR_CORRUPT;
		}
	return 1;
}

int db_step(struct store *s, sqlite3_stmt *st, struct fault *f)
{
	int e = st ? sqlite3_step(st) : SQLITE_ERROR;
	if (e == SQLITE_ROW) {
		int ok = check_row(s, st, f);
		if (ok < 0)
			db_reset(st);
		return ok;
	}
	int r = e == SQLITE_DONE ? 0 : db_fault(s, f, "cannot read or write");
	db_reset(st);
	return r;
}

void db_reset(sqlite3_stmt *st)
{
	if (st)
		sqlite3_reset(st);
}

/* Steps ST to its end. */
static int run(struct store *s, sqlite3_stmt *st, struct fault *f)
{
	int r;
	do
		r = db_step(s, st, f);
	while (r > 0);
	return r;
}

int db_run(struct store *s, struct fault *f, enum query q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = ready(s, &db_queries[q], fmt, &ap);
	va_end(ap);
	return run(s, st, f);
}

int db_do(struct store *s, struct fault *f, const struct db_query *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = ready(s, q, fmt, &ap);
	va_end(ap);
	return run(s, st, f);
}

void db_digest(sqlite3_stmt *st, int i, struct digest *ret)
{
	const void *p = sqlite3_column_blob(st, i);
	if (p)
		memcpy(ret->b, p, DIGEST_LEN);
	else
		*ret = (struct digest){{0}};
}

const char *db_text(sqlite3_stmt *st, int i)
{
	const unsigned char *p = sqlite3_column_text(st, i);
	return p ? (const char *)p : "";
}

int db_verify(struct store *s, struct fault *f)
{
	sqlite3_stmt *st = db_bind(s, Q_QUICK_CHECK, "");
	int r = db_step(s, st, f);
	if (r > 0 && strcmp(db_text(st, 0), "ok") != 0) {
		r = fault_set(f, ERR_CORRUPT, "%s/db.sqlite is damaged: %.500s", s->path,
			      db_text(st, 0));
		hint_rebuild(f);
	}
	db_reset(st);
	return r < 0 ? r : 0;
}

int store_begin(struct store *s, bool wait, struct fault *f)
{
	int r = store_writable(s, f);
	if (r < 0)
		return r;
	r = lock_fd(s->writer_fd, LOCK_EX, wait);
	if (r < 0)
		return fault_set(f, r, "cannot lock %s/locks/writer:", s->path);
	if (r > 0)
		return r;
	r = db_run(s, f, Q_BEGIN, "");
	if (r < 0)
		lock_release(s->writer_fd);
	s->writing = r == 0;
	return r;
}

int store_commit(struct store *s, int r, struct fault *f)
{
	if (r == 0)
		r = db_run(s, f, Q_COMMIT, "");
	if (r < 0 && !sqlite3_get_autocommit(s->db))
		db_run(s, NULL, Q_ROLLBACK, "");
	s->writing = false;
	return r;
}

void store_unlock_writer(struct store *s)
{
	lock_release(s->writer_fd);
}

int store_end(struct store *s, int r, struct fault *f)
{
	r = store_commit(s, r, f);
	store_unlock_writer(s);
	return r;
}

void store_read_begin(struct store *s)
{
	db_run(s, NULL, Q_BEGIN_READ, "");
}

void store_read_end(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		db_run(s, NULL, Q_COMMIT, "");
}
