/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage is found and quarantined; the database is made again; formats are migrated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "store/internal.h"
#include "store_util.h"

/* Counts findings, and keeps the last. */
struct findings {
	int n;
	char kind[32];
	struct digest object;
	char what[2048];
};

static void note(void *ctx, const struct store_damage *d)
{
	struct findings *f = ctx;
	f->n++;
	f->object = d->object;
	snprintf(f->kind, sizeof f->kind, "%s", d->kind);
	snprintf(f->what, sizeof f->what, "%s", d->what);
}

/* Checks S, which must have exactly one thing wrong, of KIND, its text holding PART. */
static void assert_damage(struct store *s, const char *kind, const char *part)
{
	struct findings f = {0};
	int n = store_check(s, true, note, NULL, &f, &fault);
	OK(n);
	if (n != 1 || strcmp(f.kind, kind) != 0 || !strstr(f.what, part))
		print_error("%d findings, last %s: %s\n", n, f.kind, f.what);
	assert_int_equal(n, 1);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.kind, kind);
	assert_non_null(strstr(f.what, part));
}

/* Returns the path REL of object D; static. */
static const char *inside(struct store *s, const struct digest *d, const char *rel)
{
	static char path[1024];
	FREE_PTR char *at = store_object_path(s, d);
	snprintf(path, sizeof path, "%s%s", at, rel);
	return path;
}

static void set_mtime(const char *path, long s)
{
	struct timespec t[2] = {{s, 0}, {s, 0}};
	assert_int_equal(utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW), 0);
}

static void flip_bit(const char *path)
{
	char c;
	assert_int_equal(chmod(path, 0644), 0);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, 2), 1);
	c ^= 1;
	assert_int_equal(pwrite(fd, &c, 1, 2), 1);
	close(fd);
	assert_int_equal(chmod(path, 0444), 0);
	set_mtime(path, 1);
}

/* Opens the top folder of D for changes, and seals it again. */
static void unseal(struct store *s, const struct digest *d)
{
	assert_int_equal(chmod(inside(s, d, ""), 0755), 0);
}

static void seal(struct store *s, const struct digest *d)
{
	set_mtime(inside(s, d, ""), 1);
	assert_int_equal(chmod(inside(s, d, ""), 0555), 0);
}

static void finds_wrong_bits_and_modes(void **state)
{
	struct store *s = open_store(*state);
	struct digest d = add_tree(s, "content", NULL, 0);
	assert_clean(s);
	flip_bit(inside(s, &d, "/file"));
	assert_damage(s, "object", "has the hash");
	flip_bit(inside(s, &d, "/file"));
	assert_clean(s);
	assert_int_equal(chmod(inside(s, &d, "/file"), 0644), 0);
	assert_damage(s, "object", "has mode 0644 instead of 0444");
	assert_int_equal(chmod(inside(s, &d, "/file"), 0555), 0);
	assert_damage(s, "object", "has the hash");
	assert_int_equal(chmod(inside(s, &d, "/file"), 0444), 0);
	assert_int_equal(chmod(inside(s, &d, "/sub"), 0755), 0);
	assert_damage(s, "object", "has mode 0755 instead of 0555");
	assert_int_equal(chmod(inside(s, &d, "/sub"), 0555), 0);
	set_mtime(inside(s, &d, "/link"), 2);
	assert_damage(s, "object", "has modification time 2");
	set_mtime(inside(s, &d, "/link"), 1);
	assert_clean(s);
	store_close(s);
}

static void finds_files_too_many_or_few(void **state)
{
	struct store *s = open_store(*state);
	struct digest d = add_tree(s, "content", NULL, 0);
	FREE_PTR char *other = path_join(*state, "second-name");
	unseal(s, &d);
	write_file(inside(s, &d, ""), "extra", "", 0444);
	set_mtime(inside(s, &d, "/extra"), 1);
	seal(s, &d);
	assert_damage(s, "object", "has the hash");
	unseal(s, &d);
	unlink(inside(s, &d, "/extra"));
	seal(s, &d);
	assert_clean(s);
	assert_int_equal(link(inside(s, &d, "/file"), other), 0);
	assert_damage(s, "object", "has 2 names");
	unlink(other);
	unseal(s, &d);
	unlink(inside(s, &d, "/link"));
	seal(s, &d);
	assert_damage(s, "object", "has the hash");
	/* Without hashing, that is not seen, but a missing object is. */
	struct findings f = {0};
	assert_int_equal(store_check(s, false, note, NULL, &f, &fault), 0);
	OK(file_remove_tree(inside(s, &d, ""), &fault));
	assert_int_equal(store_check(s, false, note, NULL, &f, &fault), 1);
	assert_string_equal(f.kind, "missing-object");
	assert_true(digest_eq(&f.object, &d));
	store_close(s);
}

/* Returns the path REL of the store; static. */
static const char *below(struct store *s, const char *rel)
{
	static char path[1024];
	snprintf(path, sizeof path, "%s/%s", store_path(s), rel);
	return path;
}

/* A store with one of everything. */
static struct store *full_store(const char *dir, struct digest *ret)
{
	struct store *s = open_store(dir);
	struct drv drv;
	*ret = add_file(s, "content");
	make_drv(&drv, "hello-1");
	OK(file_mkdirs(below(s, "logs/aa"), &fault));
	write_file(below(s, "logs/aa"), "1.log", "log", 0644);
	OK(put_built(s, &drv, ret, "logs/aa/1.log", NULL));
	OK(store_put_source(s, "nar:1", "", ret, &fault));
	OK(store_root_add(s, "root", ret, &fault));
	assert_clean(s);
	return s;
}

static void finds_strays(void **state)
{
	struct digest d;
	struct store *s = full_store(*state, &d);
	char name[DIGEST_HEX + 32];
	write_file(below(s, "objects"), "stray", "", 0644);
	assert_damage(s, "stray", "objects/stray is not registered");
	unlink(below(s, "objects/stray"));
	snprintf(name, sizeof name, "objects/%064d", 7);
	assert_int_equal(mkdir(below(s, name), 0755), 0);
	assert_damage(s, "stray", "is not registered");
	rmdir(below(s, name));
	write_file(below(s, "sources"), "README", "", 0644);
	assert_damage(s, "stray", "README does not belong there");
	unlink(below(s, "sources/README"));
	write_file(below(s, "realisations"), "README", "", 0644);
	assert_damage(s, "stray", "README does not belong there");
	unlink(below(s, "realisations/README"));
	snprintf(name, sizeof name, "%064d", 7);
	write_file(below(s, "sources"), name, "", 0644);
	assert_damage(s, "source", "has the hash e3b0c44298fc1c14");
	snprintf(name, sizeof name, "sources/%064d", 7);
	unlink(below(s, name));
	unlink(below(s, "logs/aa/1.log"));
	assert_damage(s, "log", "1.log is missing");
	write_file(below(s, "logs/aa"), "1.log", "log", 0644);
	unlink(below(s, "roots/root"));
	assert_damage(s, "root", "roots/root is missing");
	OK(store_root_add(s, "root", &d, &fault));
	assert_int_equal(symlink("x", below(s, "roots/other")), 0);
	assert_damage(s, "root", "roots/other is not registered");
	store_close(s);
}

/* Runs a shell command in the store's folder. */
static void in_folder(struct store *s, const char *command)
{
	char text[1024];
	snprintf(text, sizeof text, "cd '%s' && %s", store_path(s), command);
	assert_int_equal(system(text), 0);
}

static void finds_changed_statements(void **state)
{
	struct digest d;
	struct store *s = full_store(*state, &d);
	in_folder(s, "mkdir keep && cp -p realisations/*/*.json pins/*.json keep/");
	in_folder(
	    s,
	    "chmod 644 realisations/*/*.json && sed -i s/hello/hallo/ realisations/*/*.json");
	assert_damage(s, "realisation", "does not have the hash");
	in_folder(s, "rm realisations/*/*.json");
	assert_damage(s, "realisation", "is missing");
	in_folder(s, "for f in realisations/*; do for k in keep/$(basename $f)*; do "
		     "grep -q '\"type\":\"realisation\"' $k && cp $k $f/; done; done");
	assert_clean(s);
	in_folder(s, "chmod 644 pins/* && echo x > $(echo pins/*)");
	assert_damage(s, "source", "is not a pin");
	in_folder(s, "rm pins/*");
	assert_damage(s, "source", "is missing");
	store_close(s);
}

/* Adds what query SQL gives over the database of the store in DIR to RET. */
static void dump(const char *dir, const char *sql, struct buf *ret)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	char path[512];
	snprintf(path, sizeof path, "%s/store/db.sqlite", dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++) {
			const void *bytes = sqlite3_column_blob(st, i);
			if (bytes)
				buf_add(ret, bytes, (size_t)sqlite3_column_bytes(st, i));
			buf_addc(ret, '|');
		}
		buf_addc(ret, '\n');
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
}

static void dump_all(const char *dir, struct buf *ret)
{
	static const char *const queries[] = {
	    "SELECT hash, nar_size, file_size, files, added_ns FROM objects ORDER BY hash",
	    "SELECT object, name, target FROM refs ORDER BY object, name, target",
	    "SELECT id, name, json FROM derivations ORDER BY id",
	    "SELECT id, json FROM actions ORDER BY id",
	    "SELECT drv, action FROM resolutions ORDER BY drv, action",
	    "SELECT id, statement, action, drv, object, outcome, builder, name, recorded_ns,"
	    " started_ns, ended_ns, wall_ns, user_ns, sys_ns, max_rss, log, attestable"
	    " FROM realisations ORDER BY id",
	    "SELECT pin, uri, object FROM sources ORDER BY pin",
	    "SELECT name, object, added_ns FROM roots ORDER BY name",
	    "PRAGMA user_version",
	    "SELECT sql FROM sqlite_schema ORDER BY name",
	};
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		dump(dir, queries[i], ret);
}

/* All that is not the bits of an object is restored from the database. */
static void repairs_files(void **state)
{
	struct digest d, gone;
	struct store *s = full_store(*state, &d);
	struct drv drv;
	struct store_gc_result r;
	struct findings f = {0};
	make_drv(&drv, "gone-1");
	gone = add_file(s, "to be collected");
	OK(put_built(s, &drv, &gone, "", NULL));
	store_close(s);
	s = open_store(*state);
	OK(store_gc(s, &(struct store_gc_options){0}, &r, &fault));
	assert_int_equal(r.objects, 1);
	assert_clean(s);
	write_file(below(s, "objects"), "stray", "", 0644);
	write_file(below(s, "sources"), "README", "", 0644);
	write_file(below(s, "realisations"), "README", "", 0644);
	unlink(below(s, "logs/aa/1.log"));
	unlink(below(s, "roots/root"));
	assert_int_equal(symlink("x", below(s, "roots/other")), 0);
	in_folder(s, "chmod 644 pins/* && echo x > $(echo pins/*)");
	in_folder(s, "set -- realisations/*/*.json && chmod 644 $1 && echo x >$1 && rm $2");
	in_folder(s, "mkdir objects/$(printf %064d 7)");
	in_folder(s, "echo x > sources/$(printf %064d 7)");
	assert_true(store_check(s, true, note, NULL, &f, &fault) >= 10);
	OK(store_repair_files(s, &fault));
	assert_clean(s);
	OK(store_repair_files(s, &fault));
	assert_clean(s);
	/* What was written again serves to rebuild, too. */
	struct buf before = BUF_INIT, after = BUF_INIT;
	store_close(s);
	dump_all(*state, &before);
	FREE_PTR char *path = path_join(*state, "store");
	OK(store_rebuild_db(path, NULL, &fault));
	dump_all(*state, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.ptr, after.ptr, before.len);
	buf_release(&before);
	buf_release(&after);
}

static void finds_broken_database(void **state)
{
	struct store *s = open_store(*state);
	struct digest gone = {{9}};
	struct action_input ref = {"libc", gone};
	add_tree(s, "x", &ref, 1);
	assert_damage(s, "missing-object", "needs 0900000000");
	assert_int_equal(sqlite3_exec(s->db,
				      "PRAGMA foreign_keys = OFF; DELETE FROM refs;"
				      "INSERT INTO resolutions (drv, action)"
				      " VALUES (zeroblob(32), zeroblob(32));"
				      "PRAGMA foreign_keys = ON",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	struct findings f = {0};
	assert_int_equal(store_check(s, true, note, NULL, &f, &fault), 2);
	assert_string_equal(f.kind, "database");
	store_close(s);
}

static void refuses_without_database(void **state)
{
	struct store *s = open_store(*state);
	add_file(s, "x");
	store_close(s);
	FREE_PTR char *path = path_join(*state, "store");
	FREE_PTR char *file = path_join(path, "db.sqlite");
	write_file(path, "db.sqlite", "this is not a database, however long it may be", 0644);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &fault), ERR_CORRUPT);
	assert_non_null(strstr(fault.hint, "rebuild-db"));
	unlink(file);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &fault), ERR_CORRUPT);
	assert_non_null(strstr(fault.hint, "rebuild-db"));
	assert_int_equal(store_open(path, STORE_READONLY, &s, &fault), ERR_CORRUPT);
	OK(store_rebuild_db(path, NULL, &fault));
	s = open_store(*state);
	assert_clean(s);
	store_close(s);
}

static void quarantines(void **state)
{
	struct store *s = open_store(*state);
	struct digest lib = add_tree(s, "lib", NULL, 0), action, object, none = {{1}};
	struct action_input ref = {"lib", lib};
	struct digest prog = add_tree(s, "prog", &ref, 1);
	struct drv d;
	make_drv(&d, "lib-1");
	OK(put_built(s, &d, &lib, "", NULL));
	OK(store_put_source(s, "nar:1", "", &lib, &fault));
	OK(store_root_add(s, "prog", &prog, &fault));
	flip_bit(inside(s, &lib, "/file"));
	OK(store_quarantine(s, &lib, &fault));
	assert_int_equal(store_object(s, &lib, NULL), ERR_MISSING);
	assert_int_equal(store_hold(s, &lib, &fault), ERR_MISSING);
	assert_int_equal(store_find_resolved(s, &d.id, &action, &object), ERR_MISSING);
	assert_int_equal(store_find_source(s, "nar:1", &object), ERR_MISSING);
	assert_damage(s, "missing-object", "which is not there");
	/* Built again, all is whole. */
	struct digest again = add_tree(s, "lib", NULL, 0);
	assert_true(digest_eq(&again, &lib));
	OK(store_find_resolved(s, &d.id, &action, &object));
	assert_clean(s);
	/* What is not there can be quarantined as well. */
	OK(store_quarantine(s, &none, &fault));
	store_close(s);
}

/* Fills S. Returns the object of root "thing-0". */
static struct digest fill(struct store *s)
{
	struct digest first = {{0}};
	for (unsigned i = 0; i < 50; i++) {
		char name[64];
		struct drv d;
		snprintf(name, sizeof name, "thing-%u", i);
		make_drv(&d, name);
		struct digest src = add_file(s, name);
		struct action_input ref = {"dep", src};
		struct digest out = add_tree(s, name, &ref, 1);
		OK(store_put_source(s, name, "https://example.org/\xc3\xa9\n\"x\"", &src,
				    &fault));
		OK(put_built(s, &d, i % 5 ? &out : NULL, "", NULL));
		OK(put_built(s, &d, &out, "", NULL));
		if (i % 7 == 0)
			OK(store_root_add(s, name, &out, &fault));
		if (i == 0)
			first = out;
	}
	return first;
}

static void rebuilds_database(void **state)
{
	struct store *s = open_store(*state);
	FREE_PTR char *path = path_join(*state, "store");
	FREE_PTR char *file = path_join(path, "db.sqlite");
	struct digest first = fill(s);
	struct buf before = BUF_INIT, after = BUF_INIT;
	assert_clean(s);
	/* Not while it is open. */
	assert_int_equal(store_rebuild_db(path, NULL, &fault), -EBUSY);
	store_close(s);
	dump_all(*state, &before);
	OK(store_rebuild_db(path, NULL, &fault));
	dump_all(*state, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.ptr, after.ptr, before.len);
	/* Once more from nothing but the folders, one object damaged. */
	assert_int_equal(unlink(file), 0);
	char victim[1024], hex[DIGEST_HEX + 1];
	digest_hex(&first, hex);
	snprintf(victim, sizeof victim, "%s/objects/%s/file", path, hex);
	flip_bit(victim);
	OK(store_rebuild_db(path, NULL, &fault));
	s = open_store(*state);
	assert_int_equal(store_object(s, &first, NULL), ERR_MISSING);
	assert_damage(s, "missing-object", "root thing-0");
	store_close(s);
	buf_release(&before);
	buf_release(&after);
	assert_int_equal(store_rebuild_db("/nonexistent", NULL, &fault), ERR_MISSING);
}

#define ONE "\n-- migration 1: a\nCREATE TABLE a (x); INSERT INTO a VALUES (1);\n"
#define TWO "\n-- migration 2: b\nCREATE TABLE b (x); INSERT INTO b SELECT x + 1 FROM a;\n"

static void migrates(void **state)
{
	struct store *real = open_store(*state);
	struct store s = *real;
	sqlite3_stmt *st;
	s.prepared = NULL;
	s.nprepared = s.prepared_cap = 0;
	assert_int_equal(sqlite3_open(":memory:", &s.db), SQLITE_OK);
	OK(schema_migrate(&s, "-- list\n" ONE, &fault));
	OK(schema_migrate(&s, "-- list\n" ONE, &fault));
	OK(schema_migrate(&s, "-- list\n" ONE TWO, &fault));
	assert_int_equal(sqlite3_prepare_v2(s.db, "SELECT x FROM b", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(st, 0), 2);
	sqlite3_finalize(st);
	/* One that fails leaves all as it was. */
	assert_int_equal(
	    schema_migrate(&s, ONE TWO "\n-- migration 3: c\nCREATE TABLE c (x); nonsense;\n",
			   &fault),
	    ERR_DATABASE);
	assert_int_equal(sqlite3_prepare_v2(s.db, "SELECT x FROM c", -1, &st, NULL),
			 SQLITE_ERROR);
	/* A newer one is refused. */
	assert_int_equal(schema_migrate(&s, ONE, &fault), ERR_CONFIG);
	db_close(&s);
	store_close(real);
}

static void refuses_newer(void **state)
{
	struct store *s = open_store(*state);
	FREE_PTR char *path = path_join(*state, "store");
	assert_int_equal(sqlite3_exec(s->db, "PRAGMA user_version = 99", NULL, NULL, NULL),
			 SQLITE_OK);
	store_close(s);
	assert_int_equal(store_open(path, STORE_CREATE, &s, &fault), ERR_CONFIG);
	assert_non_null(strstr(fault.what, "format 99"));
	assert_int_equal(store_open(path, STORE_READONLY, &s, &fault), ERR_CONFIG);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(finds_wrong_bits_and_modes),
	    T(finds_files_too_many_or_few),
	    T(finds_strays),
	    T(finds_changed_statements),
	    T(repairs_files),
	    T(finds_broken_database),
	    T(refuses_without_database),
	    T(quarantines),
	    T(rebuilds_database),
	    T(migrates),
	    T(refuses_newer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
