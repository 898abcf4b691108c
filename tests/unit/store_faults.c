/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cannot be read is an error, never an absence and never damage: every system call that reads
 * fails once, with each of a few errors, while the store is checked, repaired, collected and its
 * database made again. And a database that lost some bytes deletes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store_util.h"

/* ---- failing calls ---- */

static atomic_int until_failure = -1; /* calls that still succeed; -1 = all do */
static atomic_bool has_failed;
static int fail_with = EIO;
static int until_death = -1; /* renames and unlinks before the process dies; -1 = it lives */

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static bool fails_now(void)
{
	if (atomic_load(&until_failure) < 0 || atomic_fetch_sub(&until_failure, 1) != 0)
		return false;
	atomic_store(&until_failure, -1);
	atomic_store(&has_failed, true);
	errno = fail_with;
	return true;
}

#define REAL(type, name, ...) \
	static type (*p)(__VA_ARGS__); \
	if (!p) { \
		void *q = real(name); \
		memcpy(&p, &q, sizeof p); \
	}

static mode_t mode_of(int flags, va_list *ap)
{
	return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(*ap, int) : 0;
}

#define OPEN(name) \
	int name(const char *path, int flags, ...) \
	{ \
		REAL(int, #name, const char *, int, ...) \
		va_list ap; \
		va_start(ap, flags); \
		mode_t mode = mode_of(flags, &ap); \
		va_end(ap); \
		return fails_now() ? -1 : p(path, flags, mode); \
	}
#define OPENAT(name) \
	int name(int dir, const char *path, int flags, ...) \
	{ \
		REAL(int, #name, int, const char *, int, ...) \
		va_list ap; \
		va_start(ap, flags); \
		mode_t mode = mode_of(flags, &ap); \
		va_end(ap); \
		return fails_now() ? -1 : p(dir, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

ssize_t read(int fd, void *to, size_t n)
{
	REAL(ssize_t, "read", int, void *, size_t)
	return fails_now() ? -1 : p(fd, to, n);
}

ssize_t readlink(const char *path, char *to, size_t n)
{
	REAL(ssize_t, "readlink", const char *, char *, size_t)
	return fails_now() ? -1 : p(path, to, n);
}

struct dirent *readdir(DIR *d)
{
	REAL(struct dirent *, "readdir", DIR *)
	return fails_now() ? NULL : p(d);
}

int lstat(const char *path, struct stat *st)
{
	REAL(int, "lstat", const char *, struct stat *)
	return fails_now() ? -1 : p(path, st);
}

int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	REAL(int, "fstatat", int, const char *, struct stat *, int)
	return fails_now() ? -1 : p(dir, path, st, flags);
}

static void die_now(void)
{
	if (until_death >= 0 && until_death-- == 0)
		_exit(99);
}

int rename(const char *from, const char *to)
{
	REAL(int, "rename", const char *, const char *)
	die_now();
	int r = p(from, to);
	die_now();
	return r;
}

int unlink(const char *path)
{
	REAL(int, "unlink", const char *)
	die_now();
	return p(path);
}

/* ---- a store ---- */

static void quiet(void *ctx, const struct store_damage *d)
{
	(void)ctx;
	(void)d;
}

/* Makes a store with objects, a pin, realisations and a root. Returns the rooted object. */
static struct digest fill(const char *dir)
{
	struct store *s = open_store(dir);
	struct drv d;
	struct digest dep = add_file(s, "dep");
	struct action_input ref = {"dep", dep};
	struct digest o = add_tree(s, "rooted", &ref, 1);
	make_drv(&d, "thing-1");
	OK(put_built(s, &d, &o, "", NULL));
	OK(store_put_source(s, "sha256:00", "http://x", &dep, &fault));
	OK(store_root_add(s, "root", &o, &fault));
	store_close(s);
	return o;
}

static size_t entries(const char *dir, const char *rel)
{
	struct strlist l = STRLIST_INIT;
	FREE_PTR char *store = path_join(dir, "store");
	FREE_PTR char *path = path_join(store, rel);
	OK(file_list(path, &l, &fault));
	size_t n = l.n;
	strlist_release(&l);
	return n;
}

/* Checks that nothing was lost, nothing moved, and that all is well when nothing fails any more. */
static void assert_whole(const char *dir, const struct digest *rooted)
{
	struct arena a = ARENA_INIT;
	struct store_root *roots;
	size_t n = 0;
	assert_int_equal(entries(dir, "damaged"), 0);
	assert_int_equal(entries(dir, "objects"), 2);
	struct store *s = open_store(dir);
	assert_int_equal(store_check(s, true, print_damage, NULL, NULL, &fault), 0);
	OK(store_root_list(s, &a, &roots, &n, &fault));
	assert_int_equal(n, 1);
	assert_true(digest_eq(&roots[0].object, rooted));
	arena_release(&a);
	store_close(s);
}

/* What is done while a call fails. Returns its result. */
static int act(int which, const char *path)
{
	struct store *s = NULL;
	struct store_gc_result result;
	if (which == 0)
		return store_rebuild_db(path, NULL, &fault);
	int r = store_open(path, STORE_CREATE, &s, &fault);
	if (r == 0 && which == 1)
		r = store_repair_files(s, &fault);
	else if (r == 0 && which == 2)
		r = store_check(s, true, quiet, NULL, NULL, &fault);
	else if (r == 0)
		r = store_gc(s, &(struct store_gc_options){0}, &result, &fault);
	store_close(s);
	return r;
}

static void reads_fail(void **state)
{
	static const int codes[] = {EIO, EMFILE};
	struct digest rooted = fill(*state);
	FREE_PTR char *path = path_join(*state, "store");
	int total = 0;
	for (int which = 0; which < 4; which++)
		for (size_t c = 0; c < sizeof codes / sizeof *codes; c++)
			for (int k = 0;; k++) {
				fail_with = codes[c];
				atomic_store(&has_failed, false);
				atomic_store(&until_failure, k);
				fault = (struct fault)FAULT_INIT;
				int r = act(which, path);
				atomic_store(&until_failure, -1);
				if (r > 0)
					print_error("%d %d %d: took it for damage\n", which,
						    codes[c], k);
				assert_true(r <= 0);
				assert_int_equal(entries(*state, "damaged"), 0);
				assert_int_equal(entries(*state, "objects"), 2);
				assert_int_equal(entries(*state, "roots"), 1);
				if (!atomic_load(&has_failed))
					break;
				total++;
				if (k % 16 == 0)
					assert_whole(*state, &rooted);
			}
	assert_whole(*state, &rooted);
	print_message("%d failing calls\n", total);
	assert_true(total > 300);
}

/* EINTR is gone on from where the kernel gives it. */
static void reads_are_interrupted(void **state)
{
	struct digest rooted = fill(*state);
	FREE_PTR char *path = path_join(*state, "store");
	for (int k = 0;; k++) {
		fail_with = EINTR;
		atomic_store(&has_failed, false);
		atomic_store(&until_failure, k);
		int r = store_rebuild_db(path, NULL, &fault);
		atomic_store(&until_failure, -1);
		assert_true(r <= 0);
		assert_int_equal(entries(*state, "damaged"), 0);
		if (!atomic_load(&has_failed))
			break;
	}
	assert_whole(*state, &rooted);
}

/* ---- a rebuild that is killed ---- */

static void rebuild_dies(void **state)
{
	struct digest rooted = fill(*state);
	FREE_PTR char *path = path_join(*state, "store");
	int deaths = 0, status = 0;
	for (int k = 0;; k++) {
		pid_t pid = fork();
		if (pid == 0) {
			until_death = k;
			_exit(store_rebuild_db(path, NULL, NULL) == 0 ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_whole(*state, &rooted);
		if (WEXITSTATUS(status) != 99)
			break;
		deaths++;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	print_message("%d deaths\n", deaths);
	assert_true(deaths >= 6);
}

/* ---- a database that was cut ---- */

static void copy_database(const char *dir, const char *from, const char *to)
{
	FREE_PTR char *a = NULL;
	FREE_PTR char *b = NULL;
	struct buf bytes = BUF_INIT;
	assert_true(asprintf(&a, "%s/%s", dir, from) > 0 && asprintf(&b, "%s/%s", dir, to) > 0);
	OK(file_read(a, 1 << 30, &bytes, &fault));
	OK(file_write_atomic(b, bytes.ptr, bytes.len, 0644, &fault));
	buf_release(&bytes);
}

static void database_is_cut(void **state)
{
	struct digest rooted = fill(*state);
	FREE_PTR char *path = path_join(*state, "store");
	FREE_PTR char *file = path_join(path, "db.sqlite");
	struct stat st;
	copy_database(*state, "store/db.sqlite", "whole");
	assert_int_equal(stat(file, &st), 0);
	int refused = 0;
	for (off_t cut = 512; cut < st.st_size; cut += 512) {
		struct store *s = NULL;
		struct store_gc_result result;
		struct store_root *roots;
		struct arena a = ARENA_INIT;
		size_t n = 0;
		copy_database(*state, "whole", "store/db.sqlite");
		assert_int_equal(truncate(file, st.st_size - cut), 0);
		int r = store_open(path, 0, &s, &fault);
		int list = r < 0 ? r : store_root_list(s, &a, &roots, &n, &fault);
		if (list == 0) {
			assert_int_equal(n, 1);
			assert_string_equal(roots[0].name, "root");
			assert_true(digest_eq(&roots[0].object, &rooted));
		}
		int gc =
		    r < 0 ? r : store_gc(s, &(struct store_gc_options){0}, &result, &fault);
		refused += gc < 0;
		if (gc < 0)
			assert_true(fault.what[0] != '\0');
		arena_release(&a);
		store_close(s);
		assert_int_equal(entries(*state, "objects"), 2);
		assert_int_equal(entries(*state, "roots"), 1);
	}
	assert_true(refused > 20);
	copy_database(*state, "whole", "store/db.sqlite");
	assert_whole(*state, &rooted);
	/* The way out. */
	assert_int_equal(truncate(file, st.st_size - 2048), 0);
	OK(store_rebuild_db(path, NULL, &fault));
	assert_whole(*state, &rooted);
}

/* The links below roots/ know better than a table that lost its rows. */
static void roots_contradict(void **state)
{
	struct digest rooted = fill(*state);
	struct store *s = open_store(*state);
	struct store_gc_result result;
	char link[512], other[512], file[512];
	sqlite3 *db;
	snprintf(link, sizeof link, "%s/store/roots/root", *(char **)state);
	snprintf(other, sizeof other, "%s/store/roots/other", *(char **)state);
	assert_int_equal(rename(link, other), 0);
	assert_int_equal(store_gc(s, &(struct store_gc_options){0}, &result, &fault),
			 ERR_CORRUPT);
	assert_non_null(strstr(fault.what, "contradict"));
	assert_int_equal(rename(other, link), 0);
	store_close(s);
	snprintf(file, sizeof file, "%s/store/db.sqlite", *(char **)state);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM roots", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	s = open_store(*state);
	assert_int_equal(store_gc(s, &(struct store_gc_options){0}, &result, &fault),
			 ERR_CORRUPT);
	store_close(s);
	FREE_PTR char *path = path_join(*state, "store");
	OK(store_rebuild_db(path, NULL, &fault));
	assert_whole(*state, &rooted);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_fail),      T(reads_are_interrupted), T(rebuild_dies),
	    T(database_is_cut), T(roots_contradict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
