/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/internal.h"

/* The columns of a realisation, in the order in which realisation_row takes them. */
#define REALISATION \
	"r.id, r.action, r.drv, r.object, r.outcome, r.builder, r.started_ns, r.ended_ns," \
	" r.wall_ns, r.user_ns, r.sys_ns, r.max_rss, r.name, r.log, r.attestable," \
	" r.recorded_ns FROM realisations r "
/* What the columns of such a row hold. */
#define REALISATION_ROW "iddDitiiiiiittii"

/* The statements that more than one function runs, and what the columns of their rows must hold. */
const struct db_query db_queries[Q_COUNT] = {
    [Q_BEGIN] = {"BEGIN IMMEDIATE", NULL},
    [Q_BEGIN_READ] = {"BEGIN DEFERRED", NULL},
    [Q_COMMIT] = {"COMMIT", NULL},
    [Q_ROLLBACK] = {"ROLLBACK", NULL},
    [Q_OBJECT_GET] = {"SELECT nar_size, file_size, files, added_ns, used_ns FROM objects"
		      " WHERE hash = ?1",
		      "iiiii"},
    [Q_OBJECT_PUT] =
	{"INSERT INTO objects (hash, nar_size, file_size, files, added_ns, used_ns)"
	 " VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
	 NULL},
    [Q_OBJECT_DELETE] = {"DELETE FROM objects WHERE hash = ?1", NULL},
    [Q_OBJECT_USED] = {"UPDATE objects SET used_ns = ?2 WHERE hash = ?1", NULL},
    [Q_OBJECT_ADDED] = {"UPDATE objects SET added_ns = ?2, used_ns = ?2 WHERE hash = ?1", NULL},
    [Q_OBJECT_LIST] = {"SELECT hash, nar_size, file_size, used_ns FROM objects"
		       " ORDER BY used_ns, hash",
		       "diii"},
    [Q_REF_PUT] = {"INSERT OR REPLACE INTO refs (object, name, target) VALUES (?1, ?2, ?3)",
		   NULL},
    [Q_REF_LIST] = {"SELECT name, target, max(id) FROM refs WHERE object = ?1 GROUP BY name"
		    " ORDER BY name",
		    "tdi"},
    [Q_REF_TARGETS] = {"SELECT target FROM refs WHERE object = ?1", "d"},
    [Q_REF_DANGLING] = {"SELECT object, name, target FROM refs WHERE NOT EXISTS"
			" (SELECT 1 FROM objects WHERE hash = target)",
			"dtd"},
    [Q_DRV_GET] = {"SELECT json, name FROM derivations WHERE id = ?1", "tt"},
    [Q_DRV_PUT] = {"INSERT OR IGNORE INTO derivations (id, name, json) VALUES (?1, ?2, ?3)",
		   NULL},
    [Q_ACTION_GET] = {"SELECT json FROM actions WHERE id = ?1", "t"},
    [Q_ACTION_PUT] = {"INSERT OR IGNORE INTO actions (id, json) VALUES (?1, ?2)", NULL},
    [Q_RESOLUTION_NEWEST] = {"SELECT action FROM resolutions WHERE drv = ?1 ORDER BY id DESC"
			     " LIMIT 1",
			     "d"},
    [Q_RESOLUTION_PUT] = {"INSERT OR REPLACE INTO resolutions (drv, action) VALUES (?1, ?2)",
			  NULL},
    [Q_RESOLVED] = {"SELECT l.action, r.object FROM resolutions l"
		    " JOIN realisations r ON r.action = l.action"
		    " WHERE l.drv = ?1 AND r.outcome <> 1 AND r.builder = ''"
		    " AND EXISTS (SELECT 1 FROM objects WHERE hash = r.object)"
		    " ORDER BY l.id DESC, r.id DESC LIMIT 1",
		    "dd"},
    [Q_REALISATION_PUT] = {"INSERT INTO realisations (statement, action, drv, object, outcome,"
			   " builder, name, recorded_ns, started_ns, ended_ns, wall_ns,"
			   " user_ns, sys_ns, max_rss, log, attestable) VALUES"
			   " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
			   " ?15, ?16)",
			   NULL},
    [Q_REALISATION_FIND] = {"SELECT " REALISATION
			    "WHERE r.action = ?1 AND r.outcome <> 1 AND r.builder = ''"
			    " AND EXISTS (SELECT 1 FROM objects WHERE hash = r.object)"
			    " ORDER BY r.id DESC LIMIT 1",
			    REALISATION_ROW},
    [Q_REALISATION_LIST] = {"SELECT " REALISATION "WHERE r.action = ?1 ORDER BY r.id",
			    REALISATION_ROW},
    [Q_REALISATION_BY_DRV] = {"SELECT " REALISATION
			      "WHERE r.drv = ?1 ORDER BY r.id DESC LIMIT 1",
			      REALISATION_ROW},
    [Q_REALISATION_BY_NAME] = {"SELECT " REALISATION
			       "WHERE r.name = ?1 ORDER BY r.id DESC LIMIT 1",
			       REALISATION_ROW},
    [Q_REALISATION_EXPECTED] =
	{"SELECT wall_ns, user_ns + sys_ns FROM realisations WHERE name = ?1"
	 " AND outcome = 0 ORDER BY id DESC LIMIT 1",
	 "ii"},
    [Q_REALISATION_NEWEST] = {"SELECT recorded_ns FROM realisations ORDER BY id DESC LIMIT 1",
			      "i"},
    [Q_STATEMENT_GET] = {"SELECT id FROM realisations WHERE statement = ?1", "i"},
    [Q_STATEMENT_LIST] = {"SELECT statement FROM realisations", "d"},
    [Q_STATEMENT_ROW] = {"SELECT " REALISATION "WHERE r.statement = ?1", REALISATION_ROW},
    [Q_STATEMENT_SET] = {"UPDATE realisations SET statement = ?2 WHERE id = ?1", NULL},
    [Q_STATEMENT_PARSE] =
	{"SELECT json_extract(j, '$.action'), json_extract(j, '$.derivation'),"
	 " json_extract(j, '$.derivation.name'), json_extract(j, '$.object.hash'),"
	 " json_extract(j, '$.object.added_ns'), json_extract(j, '$.outcome'),"
	 " json_extract(j, '$.builder'), json_extract(j, '$.recorded_ns'),"
	 " json_extract(j, '$.started_ns'), json_extract(j, '$.ended_ns'),"
	 " json_extract(j, '$.wall_ns'), json_extract(j, '$.user_ns'),"
	 " json_extract(j, '$.sys_ns'), json_extract(j, '$.max_rss'),"
	 " json_extract(j, '$.log'), json_extract(j, '$.attestable')"
	 " FROM (SELECT ?1 AS j) WHERE CASE WHEN json_valid(j) THEN"
	 " json_extract(j, '$.schema') = 1 AND json_extract(j, '$.type') = 'realisation' END",
	 NULL},
    [Q_STATEMENT_REFS] = {"SELECT json_extract(value, '$.as'), json_extract(value, '$.object')"
			  " FROM json_each(?1, '$.object.refs')",
			  NULL},
    [Q_PIN_PARSE] = {"SELECT json_extract(j, '$.pin'), json_extract(j, '$.uri'),"
		     " json_extract(j, '$.object'), json_extract(j, '$.added_ns')"
		     " FROM (SELECT ?1 AS j) WHERE CASE WHEN json_valid(j) THEN"
		     " json_extract(j, '$.schema') = 1"
		     " AND json_extract(j, '$.type') = 'source' END",
		     NULL},
    [Q_LOG_GARBAGE] = {"SELECT r.id, r.log FROM realisations r WHERE r.log <> ''"
		       " AND r.recorded_ns < ?1 AND NOT EXISTS"
		       " (SELECT 1 FROM objects WHERE hash = r.object) AND EXISTS"
		       " (SELECT 1 FROM realisations n WHERE n.name = r.name AND n.id > r.id)"
		       " AND NOT EXISTS (SELECT 1 FROM realisations m WHERE m.name = r.name"
		       " AND m.log = r.log AND m.id <> r.id)",
		       "it"},
    [Q_LOG_FORGET] = {"UPDATE realisations SET log = '' WHERE id = ?1", NULL},
    [Q_LOG_GET] = {"SELECT id FROM realisations WHERE log = ?1", "i"},
    [Q_LOG_LIST] = {"SELECT log FROM realisations WHERE log <> ''", "t"},
    [Q_LOG_LOST] = {"UPDATE realisations SET log = '' WHERE log = ?1", NULL},
    [Q_SOURCE_GET] = {"SELECT object, uri FROM sources WHERE pin = ?1", "dt"},
    [Q_SOURCE_PUT] = {"INSERT OR REPLACE INTO sources (pin, uri, object) VALUES (?1, ?2, ?3)",
		      NULL},
    [Q_SOURCE_LIST] = {"SELECT pin, uri, object FROM sources", "ttd"},
    [Q_SOURCE_OF_OBJECT] = {"SELECT pin FROM sources WHERE object = ?1", "t"},
    [Q_SOURCE_NAME] = {"SELECT CASE uri WHEN '' THEN 'a source of the recipes' ELSE uri END"
		       " FROM sources WHERE object = ?1 LIMIT 1",
		       "t"},
    [Q_SOURCE_OF_ARCHIVE] = {"SELECT pin FROM sources WHERE pin >= 'sha256:' || ?1"
			     " AND pin < 'sha256:' || ?1 || '~' LIMIT 1",
			     "t"},
    [Q_ROOT_GET] = {"SELECT object FROM roots WHERE name = ?1", "d"},
    [Q_ROOT_PUT] = {"INSERT OR REPLACE INTO roots (name, object, added_ns) VALUES (?1, ?2, ?3)",
		    NULL},
    [Q_OBJECT_NAME] = {"SELECT name FROM realisations WHERE object = ?1 ORDER BY id DESC"
		       " LIMIT 1",
		       "t"},
    [Q_ROOT_DELETE] = {"DELETE FROM roots WHERE name = ?1", NULL},
    [Q_ROOT_LIST] = {"SELECT name, object, added_ns FROM roots ORDER BY name", "tdi"},
    [Q_INTEGRITY] = {"PRAGMA integrity_check", NULL},
    [Q_QUICK_CHECK] = {"PRAGMA quick_check(1)", NULL},
    [Q_FOREIGN] = {"PRAGMA foreign_key_check", NULL},
};
