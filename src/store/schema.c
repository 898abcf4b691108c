/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

/* Made from store/schema.sql by the GNUmakefile. */
const char schema_sql[] = {
#include "schema.inc"
    0};

#define MARK "\n-- migration "

/* Reads user_version. */
static int version(struct store *s, int *ret, struct fault *f)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW) {
		int r = db_fault(s, f, "cannot read the format");
		sqlite3_finalize(st);
		return r;
	}
	*ret = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return 0;
}

int schema_count(const char *sql)
{
	int n = 0;
	for (const char *p = sql; (p = strstr(p, MARK)); p += strlen(MARK))
		n++;
	return n;
}

char *schema_section(const char *sql, int n)
{
	const char *p = sql;
	for (int i = 0; p && i < n; i++) {
		p = strstr(p, MARK);
		p = p ? p + strlen(MARK) : NULL;
	}
	p = p ? strchr(p, '\n') : NULL;
	if (!p)
		return NULL;
	const char *end = strstr(p, MARK);
	return end ? strndup(p, (size_t)(end - p)) : strdup(p);
}

/* Applies migration N. Writer lock held, no transaction. */
static int apply(struct store *s, const char *sql, int n, struct fault *f)
{
	FREE_PTR char *body = schema_section(sql, n);
	char set[64];
	if (!body)
		return fault_set(f, -ENOMEM, "cannot set up the database:");
	snprintf(set, sizeof set, "PRAGMA user_version = %d", n);
	if (sqlite3_exec(s->db, body, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(s->db, set, NULL, NULL, NULL) != SQLITE_OK)
		return db_fault(s, f, "cannot set up the database");
	return 0;
}

int schema_migrate(struct store *s, const char *sql, struct fault *f)
{
	int have = 0, want = schema_count(sql);
	int r = version(s, &have, f);
	if (r == 0 && have > want) {
		fault_set(f, ERR_CONFIG, "the store %s has format %d; this program knows %d",
			  s->path, have, want);
		fault_hint(f, "use a newer boot-hurd");
		return ERR_CONFIG;
	}
	if (r == 0 && have < want && s->readonly) {
		fault_set(f, ERR_CONFIG, "the store %s has the older format %d, not %d",
			  s->path, have, want);
		fault_hint(f, "a command that may write brings it up to date");
		return ERR_CONFIG;
	}
	while (r == 0 && have < want) {
		r = store_begin(s, true, f);
		if (r < 0)
			return r;
		/* Somebody else may have done it while we waited. */
		r = version(s, &have, f);
		if (r == 0 && have < want)
			r = apply(s, sql, have + 1, f);
		r = store_end(s, r, f);
		if (r == 0)
			r = version(s, &have, f);
	}
	return r;
}
