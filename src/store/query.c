/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <stdarg.h>
#include <stdlib.h>

/* Statements that stand beside the code that uses them, instead of in the table of db.c. */

/* One that was prepared with a handle. */
struct db_prepared {
	const struct db_query *query;
	sqlite3_stmt *st;
};

const struct db_query *db_query_of(const struct store *s, const sqlite3_stmt *st)
{
	for (size_t i = 0; i < s->nprepared; i++)
		if (s->prepared[i].st == st)
			return s->prepared[i].query;
	return NULL;
}

void db_finalize_queries(struct store *s)
{
	for (size_t i = 0; i < s->nprepared; i++)
		sqlite3_finalize(s->prepared[i].st);
	free(s->prepared);
	s->prepared = NULL;
	s->nprepared = s->prepared_cap = 0;
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

sqlite3_stmt *db_ask(struct store *s, const struct db_query *q, const char *fmt, ...)
{
	va_list ap;
	sqlite3_stmt *st = prepare(s, q);
	if (!st)
		return NULL;
	sqlite3_reset(st);
	va_start(ap, fmt);
	bool ok = db_bind_all(st, fmt, &ap);
	va_end(ap);
	return ok ? st : NULL;
}

int db_do(struct store *s, struct fault *f, const struct db_query *q, const char *fmt, ...)
{
	va_list ap;
	sqlite3_stmt *st = prepare(s, q);
	int r;
	if (st) {
		sqlite3_reset(st);
		va_start(ap, fmt);
		if (!db_bind_all(st, fmt, &ap))
			st = NULL;
		va_end(ap);
	}
	do
		r = db_step(s, st, f);
	while (r > 0);
	return r;
}
