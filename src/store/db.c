/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/file.h>

/* The columns of a realisation, in the order in which realisation_row takes them. */
#define REALISATION \
	"r.id, r.action, r.drv, r.object, r.outcome, r.builder, r.started_ns, r.ended_ns," \
	" r.wall_ns, r.user_ns, r.sys_ns, r.max_rss, r.name, r.log, r.attestable," \
	" r.recorded_ns FROM realisations r "

static const char *const text[Q_COUNT] = {
    [Q_BEGIN] = "BEGIN IMMEDIATE",
    [Q_BEGIN_READ] = "BEGIN DEFERRED",
    [Q_COMMIT] = "COMMIT",
    [Q_ROLLBACK] = "ROLLBACK",
    [Q_OBJECT_GET] = "SELECT nar_size, file_size, files, added_ns, used_ns FROM objects"
		     " WHERE hash = ?1",
    [Q_OBJECT_PUT] = "INSERT INTO objects (hash, nar_size, file_size, files, added_ns, used_ns)"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    [Q_OBJECT_DELETE] = "DELETE FROM objects WHERE hash = ?1",
    [Q_OBJECT_USED] = "UPDATE objects SET used_ns = ?2 WHERE hash = ?1",
    [Q_OBJECT_ADDED] = "UPDATE objects SET added_ns = ?2, used_ns = ?2 WHERE hash = ?1",
    [Q_OBJECT_LIST] = "SELECT hash, nar_size, file_size, used_ns FROM objects"
		      " ORDER BY used_ns, hash",
    [Q_REF_PUT] = "INSERT OR REPLACE INTO refs (object, name, target) VALUES (?1, ?2, ?3)",
    [Q_REF_LIST] = "SELECT name, target, max(id) FROM refs WHERE object = ?1 GROUP BY name"
		   " ORDER BY name",
    [Q_REF_TARGETS] = "SELECT target FROM refs WHERE object = ?1",
    [Q_REF_DANGLING] = "SELECT object, name, target FROM refs WHERE NOT EXISTS"
		       " (SELECT 1 FROM objects WHERE hash = target)",
    [Q_DRV_GET] = "SELECT json, name FROM derivations WHERE id = ?1",
    [Q_DRV_PUT] = "INSERT OR IGNORE INTO derivations (id, name, json) VALUES (?1, ?2, ?3)",
    [Q_ACTION_GET] = "SELECT json FROM actions WHERE id = ?1",
    [Q_ACTION_PUT] = "INSERT OR IGNORE INTO actions (id, json) VALUES (?1, ?2)",
    [Q_RESOLUTION_NEWEST] = "SELECT action FROM resolutions WHERE drv = ?1 ORDER BY id DESC"
			    " LIMIT 1",
    [Q_RESOLUTION_PUT] = "INSERT OR REPLACE INTO resolutions (drv, action) VALUES (?1, ?2)",
    [Q_RESOLVED] = "SELECT l.action, r.object FROM resolutions l"
		   " JOIN realisations r ON r.action = l.action"
		   " WHERE l.drv = ?1 AND r.outcome <> 1 AND r.builder = ''"
		   " AND EXISTS (SELECT 1 FROM objects WHERE hash = r.object)"
		   " ORDER BY l.id DESC, r.id DESC LIMIT 1",
    [Q_REALISATION_PUT] = "INSERT INTO realisations (statement, action, drv, object, outcome,"
			  " builder, name, recorded_ns, started_ns, ended_ns, wall_ns,"
			  " user_ns, sys_ns, max_rss, log, attestable) VALUES"
			  " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
			  " ?15, ?16)",
    [Q_REALISATION_FIND] =
	"SELECT " REALISATION "WHERE r.action = ?1 AND r.outcome <> 1 AND r.builder = ''"
	" AND EXISTS (SELECT 1 FROM objects WHERE hash = r.object)"
	" ORDER BY r.id DESC LIMIT 1",
    [Q_REALISATION_LIST] = "SELECT " REALISATION "WHERE r.action = ?1 ORDER BY r.id",
    [Q_REALISATION_BY_DRV] =
	"SELECT " REALISATION "WHERE r.drv = ?1 ORDER BY r.id DESC LIMIT 1",
    [Q_REALISATION_BY_NAME] =
	"SELECT " REALISATION "WHERE r.name = ?1 ORDER BY r.id DESC LIMIT 1",
    [Q_REALISATION_EXPECTED] =
	"SELECT wall_ns, user_ns + sys_ns FROM realisations WHERE name = ?1"
	" AND outcome = 0 ORDER BY id DESC LIMIT 1",
    [Q_REALISATION_NEWEST] = "SELECT recorded_ns FROM realisations ORDER BY id DESC LIMIT 1",
    [Q_STATEMENT_GET] = "SELECT id FROM realisations WHERE statement = ?1",
    [Q_STATEMENT_LIST] = "SELECT statement FROM realisations",
    [Q_STATEMENT_ROW] = "SELECT " REALISATION "WHERE r.statement = ?1",
    [Q_STATEMENT_SET] = "UPDATE realisations SET statement = ?2 WHERE id = ?1",
    [Q_STATEMENT_PARSE] =
	"SELECT json_extract(j, '$.action'), json_extract(j, '$.derivation'),"
	" json_extract(j, '$.derivation.name'), json_extract(j, '$.object.hash'),"
	" json_extract(j, '$.object.added_ns'), json_extract(j, '$.outcome'),"
	" json_extract(j, '$.builder'), json_extract(j, '$.recorded_ns'),"
	" json_extract(j, '$.started_ns'), json_extract(j, '$.ended_ns'),"
	" json_extract(j, '$.wall_ns'), json_extract(j, '$.user_ns'),"
	" json_extract(j, '$.sys_ns'), json_extract(j, '$.max_rss'),"
	" json_extract(j, '$.log'), json_extract(j, '$.attestable')"
	" FROM (SELECT ?1 AS j) WHERE CASE WHEN json_valid(j) THEN"
	" json_extract(j, '$.schema') = 1 AND json_extract(j, '$.type') = 'realisation' END",
    [Q_STATEMENT_REFS] = "SELECT json_extract(value, '$.as'), json_extract(value, '$.object')"
			 " FROM json_each(?1, '$.object.refs')",
    [Q_PIN_PARSE] = "SELECT json_extract(j, '$.pin'), json_extract(j, '$.uri'),"
		    " json_extract(j, '$.object'), json_extract(j, '$.added_ns')"
		    " FROM (SELECT ?1 AS j) WHERE CASE WHEN json_valid(j) THEN"
		    " json_extract(j, '$.schema') = 1"
		    " AND json_extract(j, '$.type') = 'source' END",
    [Q_LOG_GARBAGE] = "SELECT r.id, r.log FROM realisations r WHERE r.log <> ''"
		      " AND r.recorded_ns < ?1 AND NOT EXISTS"
		      " (SELECT 1 FROM objects WHERE hash = r.object) AND EXISTS"
		      " (SELECT 1 FROM realisations n WHERE n.name = r.name AND n.id > r.id)"
		      " AND NOT EXISTS (SELECT 1 FROM realisations m WHERE m.name = r.name"
		      " AND m.log = r.log AND m.id <> r.id)",
    [Q_LOG_FORGET] = "UPDATE realisations SET log = '' WHERE id = ?1",
    [Q_LOG_GET] = "SELECT id FROM realisations WHERE log = ?1",
    [Q_LOG_LIST] = "SELECT log FROM realisations WHERE log <> ''",
    [Q_LOG_LOST] = "UPDATE realisations SET log = '' WHERE log = ?1",
    [Q_SOURCE_GET] = "SELECT object, uri FROM sources WHERE pin = ?1",
    [Q_SOURCE_PUT] = "INSERT OR REPLACE INTO sources (pin, uri, object) VALUES (?1, ?2, ?3)",
    [Q_SOURCE_LIST] = "SELECT pin, uri, object FROM sources",
    [Q_SOURCE_OF_OBJECT] = "SELECT pin FROM sources WHERE object = ?1",
    [Q_SOURCE_OF_ARCHIVE] = "SELECT pin FROM sources WHERE pin >= 'sha256:' || ?1"
			    " AND pin < 'sha256:' || ?1 || '~' LIMIT 1",
    [Q_ROOT_GET] = "SELECT object FROM roots WHERE name = ?1",
    [Q_ROOT_PUT] = "INSERT OR REPLACE INTO roots (name, object, added_ns) VALUES (?1, ?2, ?3)",
    [Q_OBJECT_NAME] = "SELECT name FROM realisations WHERE object = ?1 ORDER BY id DESC"
		      " LIMIT 1",
    [Q_ROOT_DELETE] = "DELETE FROM roots WHERE name = ?1",
    [Q_ROOT_LIST] = "SELECT name, object, added_ns FROM roots ORDER BY name",
    [Q_INTEGRITY] = "PRAGMA integrity_check",
    [Q_QUICK_CHECK] = "PRAGMA quick_check(1)",
    [Q_FOREIGN] = "PRAGMA foreign_key_check",
};

/*
 * What the columns of each query that gives rows must hold: 'd' a digest, 'D' that or nothing, 'i' an
 * integer, 't' text. Looked at for every row, so that one that was damaged is an error wherever it is
 * read. Queries over what is no table (JSON, pragmas) have none.
 */
#define REALISATION_ROW "iddDitiiiiiittii"

static const char *const rows[Q_COUNT] = {
    [Q_OBJECT_GET] = "iiiii",
    [Q_OBJECT_LIST] = "diii",
    [Q_REF_LIST] = "tdi",
    [Q_REF_TARGETS] = "d",
    [Q_REF_DANGLING] = "dtd",
    [Q_DRV_GET] = "tt",
    [Q_ACTION_GET] = "t",
    [Q_RESOLUTION_NEWEST] = "d",
    [Q_RESOLVED] = "dd",
    [Q_REALISATION_FIND] = REALISATION_ROW,
    [Q_REALISATION_LIST] = REALISATION_ROW,
    [Q_REALISATION_BY_DRV] = REALISATION_ROW,
    [Q_REALISATION_BY_NAME] = REALISATION_ROW,
    [Q_REALISATION_EXPECTED] = "ii",
    [Q_REALISATION_NEWEST] = "i",
    [Q_STATEMENT_GET] = "i",
    [Q_STATEMENT_LIST] = "d",
    [Q_STATEMENT_ROW] = REALISATION_ROW,
    [Q_LOG_GARBAGE] = "it",
    [Q_LOG_GET] = "i",
    [Q_LOG_LIST] = "t",
    [Q_SOURCE_GET] = "dt",
    [Q_SOURCE_LIST] = "ttd",
    [Q_SOURCE_OF_OBJECT] = "t",
    [Q_SOURCE_OF_ARCHIVE] = "t",
    [Q_OBJECT_NAME] = "t",
    [Q_ROOT_GET] = "d",
    [Q_ROOT_LIST] = "tdi",
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
	db_finalize_queries(s);
	for (size_t i = 0; i < Q_COUNT; i++) {
		sqlite3_finalize(s->stmts[i]);
		s->stmts[i] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
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

bool db_bind_all(sqlite3_stmt *st, const char *fmt, va_list *ap)
{
	/* One too few would leave a NULL behind, one too many would read what nobody passed. */
	if (strlen(fmt) != (size_t)sqlite3_bind_parameter_count(st))
		return false;
	for (int i = 0; fmt[i]; i++)
		if (bind_one(st, i + 1, fmt[i], ap) != SQLITE_OK)
			return false;
	return true;
}

static sqlite3_stmt *bind_all(struct store *s, enum query q, const char *fmt, va_list *ap)
{
	sqlite3_stmt **st = &s->stmts[q];
	if (!*st && sqlite3_prepare_v3(s->db, text[q], -1, SQLITE_PREPARE_PERSISTENT, st,
				       NULL) != SQLITE_OK)
		return NULL;
	sqlite3_reset(*st);
	return db_bind_all(*st, fmt, ap) ? *st : NULL;
}

sqlite3_stmt *db_bind(struct store *s, enum query q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = bind_all(s, q, fmt, &ap);
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
	size_t q = 0;
	while (q < Q_COUNT && s->stmts[q] != st)
		q++;
	const struct db_query *other = q < Q_COUNT ? NULL : db_query_of(s, st);
	const char *row = q < Q_COUNT ? rows[q] : other ? other->row : NULL;
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

int db_run(struct store *s, struct fault *f, enum query q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sqlite3_stmt *st = bind_all(s, q, fmt, &ap);
	va_end(ap);
	int r;
	do
		r = db_step(s, st, f);
	while (r > 0);
	return r;
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
