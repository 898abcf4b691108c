/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collection: what is kept, what goes, limits, and a store of 10,000 objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "base/sys.h"
#include "store_util.h"

static struct store_gc_result gc(struct store *s, struct store_gc_options o)
{
	struct store_gc_result r = {0};
	OK(store_gc(s, &o, &r, &fault));
	return r;
}

static bool has(struct store *s, const struct digest *d)
{
	FREE_PTR char *path = store_object_path(s, d);
	bool row = store_object(s, d, NULL) == 0;
	assert_int_equal(access(path, F_OK) == 0, row);
	return row;
}

/* Closes and opens S, so that nothing is held. */
static struct store *reopen(struct store *s, const char *dir)
{
	store_close(s);
	return open_store(dir);
}

static void keeps_roots_and_refs(void **state)
{
	struct store *s = open_store(*state);
	struct digest libc = add_tree(s, "libc", NULL, 0);
	struct action_input libc_ref = {"libc", libc};
	struct digest lib = add_tree(s, "lib", &libc_ref, 1);
	struct action_input lib_ref = {"lib", lib};
	struct digest prog = add_tree(s, "prog", &lib_ref, 1);
	struct digest junk = add_tree(s, "junk", &lib_ref, 1), file = add_file(s, "junk file");
	OK(store_root_add(s, "prog", &prog, &fault));
	/* What this handle added is held. */
	struct store_gc_result r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects, 0);
	assert_int_equal(r.kept, 5);
	s = reopen(s, *state);
	r = gc(s, (struct store_gc_options){.dry_run = true});
	assert_int_equal(r.objects, 2);
	assert_true(has(s, &junk));
	uint64_t bytes = r.bytes;
	r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects, 2);
	assert_int_equal(r.kept, 3);
	assert_int_equal(r.bytes, bytes);
	assert_true(has(s, &prog) && has(s, &lib) && has(s, &libc));
	assert_false(has(s, &junk) || has(s, &file));
	assert_clean(s);
	OK(store_root_remove(s, "prog", &fault));
	r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects, 3);
	assert_clean(s);
	/* And once more nothing. */
	r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects + r.kept, 0);
	store_close(s);
}

static void keeps_what_is_held(void **state)
{
	struct store *s = open_store(*state), *other;
	struct digest lib = add_tree(s, "lib", NULL, 0);
	struct action_input ref = {"lib", lib};
	struct digest prog = add_tree(s, "prog", &ref, 1), junk = add_file(s, "junk");
	s = reopen(s, *state);
	other = open_store(*state);
	OK(store_hold(other, &prog, &fault));
	gc(s, (struct store_gc_options){0});
	assert_true(has(s, &prog) && has(s, &lib));
	assert_false(has(s, &junk));
	assert_int_equal(store_hold(other, &junk, &fault), ERR_MISSING);
	store_close(other);
	gc(s, (struct store_gc_options){0});
	assert_false(has(s, &prog) || has(s, &lib));
	store_close(s);
}

/* Who holds an object waits for a collection under way, so that it cannot come between. */
static void holding_waits_for_collection(void **state)
{
	struct store *s = open_store(*state);
	struct digest d = add_file(s, "x");
	int fds[2];
	char c = 0;
	FREE_PTR char *path = path_join(store_path(s), "locks/collect");
	int fd = open(path, O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	if (fork() == 0) {
		struct store *other = open_store(*state);
		in_child = 1;
		OK(store_hold(other, &d, &fault));
		if (write(fds[1], "x", 1) != 1)
			_exit(1);
		store_close(other);
		_exit(0);
	}
	usleep(100000);
	assert_int_equal(read(fds[0], &c, 1), -1);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	reap();
	assert_int_equal(read(fds[0], &c, 1), 1);
	close(fd);
	close(fds[0]);
	close(fds[1]);
	store_close(s);
}

static void respects_limits(void **state)
{
	struct store *s = open_store(*state);
	struct digest lib = add_tree(s, "lib", NULL, 0);
	struct action_input ref = {"lib", lib};
	struct digest prog = add_tree(s, "prog", &ref, 1);
	s = reopen(s, *state);
	/* Young things stay. */
	struct store_gc_result r = gc(s, (struct store_gc_options){.older_than_s = 3600});
	assert_int_equal(r.objects, 0);
	/* The first to go is what nothing mentions, though the other is as old. */
	r = gc(s, (struct store_gc_options){.max_bytes = 1});
	assert_int_equal(r.objects, 1);
	assert_false(has(s, &prog));
	assert_true(has(s, &lib));
	assert_clean(s);
	store_close(s);
}

/* Use is remembered to the day, and counts for the age limit. */
static void remembers_use(void **state)
{
	struct store *s = open_store(*state);
	struct digest used = add_file(s, "used"), unused = add_file(s, "unused");
	char path[512];
	sqlite3 *db;
	store_close(s);
	snprintf(path, sizeof path, "%s/store/db.sqlite", (char *)*state);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE objects SET used_ns = 1", NULL, NULL, NULL),
			 0);
	sqlite3_close(db);
	s = open_store(*state);
	OK(store_hold(s, &used, &fault));
	s = reopen(s, *state);
	gc(s, (struct store_gc_options){.older_than_s = 3600});
	assert_true(has(s, &used));
	assert_false(has(s, &unused));
	store_close(s);
}

/* Writes file REL of the store. */
static void put(struct store *s, const char *rel, const char *text)
{
	char name[512];
	snprintf(name, sizeof name, "%s/%s", store_path(s), rel);
	*strrchr(name, '/') = '\0';
	OK(file_mkdirs(name, &fault));
	write_file(store_path(s), rel, text, 0644);
}

static bool there(struct store *s, const char *rel)
{
	FREE_PTR char *path = path_join(store_path(s), rel);
	return access(path, F_OK) == 0;
}

static void drops_logs_and_sources(void **state)
{
	struct store *s = open_store(*state);
	struct drv d;
	struct arena a = ARENA_INIT;
	struct store_realisation *all, latest;
	struct digest action, got, out = add_file(s, "out"), src = add_file(s, "src");
	char archive[128], hex[DIGEST_HEX + 1], pin[128], rel[128];
	size_t n;
	make_drv(&d, "hello-1");
	put(s, "logs/aa/1.log", "failed");
	put(s, "logs/aa/2.log", "built");
	put(s, "logs/aa/3.log", "built again");
	put(s, "logs/aa/stray.log", "killed before it was registered");
	OK(put_built(s, &d, NULL, "logs/aa/1.log", &action));
	OK(put_built(s, &d, &out, "logs/aa/2.log", NULL));
	OK(put_built(s, &d, &out, "logs/aa/3.log", NULL));
	sha256_view(view_of("archive"), &got);
	digest_hex(&got, hex);
	snprintf(archive, sizeof archive, "sources/%s", hex);
	snprintf(pin, sizeof pin, "sha256:%s+unpack", hex);
	put(s, archive, "archive");
	snprintf(rel, sizeof rel, "sources/%064d.part", 1);
	put(s, rel, "half");
	OK(store_put_source(s, pin, "u", &src, &fault));
	OK(store_root_add(s, "src", &src, &fault));
	OK(store_root_add(s, "out", &out, &fault));
	s = reopen(s, *state);
	/* Another process is at work: what is not registered may be its. */
	struct store *other = open_store(*state);
	OK(store_hold(other, &src, &fault));
	struct store_gc_result r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.logs, 1); /* the failed build's: there is a newer word */
	assert_true(there(s, "logs/aa/stray.log") && there(s, rel) && there(s, archive));
	store_close(other);
	r = gc(s, (struct store_gc_options){0});
	assert_false(there(s, "logs/aa/stray.log") || there(s, rel));
	assert_true(there(s, archive) && there(s, "logs/aa/2.log") &&
		    there(s, "logs/aa/3.log"));
	assert_clean(s);
	OK(store_root_remove(s, "src", &fault));
	OK(store_root_remove(s, "out", &fault));
	r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects, 2);
	assert_false(there(s, archive) || there(s, "logs/aa/2.log"));
	assert_true(there(s, "logs/aa/3.log")); /* the last word stays */
	assert_int_equal(store_find_source(s, pin, &got), ERR_MISSING);
	/* What was built stays known. */
	OK(store_list_realisations(s, &a, &action, &all, &n, &fault));
	assert_int_equal(n, 3);
	assert_true(digest_eq(&all[1].object, &out));
	assert_string_equal(all[1].log, "");
	assert_int_equal(store_find_realisation(s, &a, &action, &latest), ERR_MISSING);
	OK(store_latest(s, &a, &d.id, NULL, &latest));
	assert_string_equal(latest.log, "logs/aa/3.log");
	assert_clean(s);
	arena_release(&a);
	store_close(s);
}

static void drops_kept_builds(void **state)
{
	struct store *s = open_store(*state);
	char *tmp = NULL, *kept = NULL;
	OK(store_tmp(s, "build", &tmp, &fault));
	OK(store_keep_tmp(s, tmp, &kept, &fault));
	gc(s, (struct store_gc_options){.older_than_s = 3600});
	assert_int_equal(access(kept, F_OK), 0);
	gc(s, (struct store_gc_options){0});
	assert_int_equal(access(kept, F_OK), -1);
	free(tmp);
	free(kept);
	store_close(s);
}

/* Newer references are added to older ones, so objects can come to mention each other. */
static void copes_with_circles(void **state)
{
	struct store *s = open_store(*state);
	struct digest a = add_tree(s, "a", NULL, 0);
	struct action_input to_a = {"a", a};
	struct digest b = add_tree(s, "b", &to_a, 1);
	struct action_input to_b = {"b", b}, to_self = {"self", a};
	add_tree(s, "a", &to_b, 1);
	add_tree(s, "a", &to_self, 1);
	OK(store_root_add(s, "b", &b, &fault));
	s = reopen(s, *state);
	gc(s, (struct store_gc_options){0});
	assert_true(has(s, &a) && has(s, &b));
	OK(store_root_remove(s, "b", &fault));
	gc(s, (struct store_gc_options){0});
	assert_false(has(s, &a) || has(s, &b));
	assert_clean(s);
	store_close(s);
}

static double ms_since(int64_t start)
{
	return (double)(sys_monotonic_ns() - start) / 1e6;
}

/* Half of 10,000 objects are kept by one root through a chain of references. */
static void collects_ten_thousand(void **state)
{
	enum { N = 10000 };
	struct store *s = open_store(*state);
	struct digest chain = {{0}};
	int64_t start = sys_monotonic_ns();
	for (unsigned i = 0; i < N; i++) {
		char text[64];
		snprintf(text, sizeof text, "object %u", i);
		struct action_input ref = {"previous", chain};
		if (i % 2)
			add_file(s, text);
		else
			chain = add_tree(s, text, &ref, i ? 1 : 0);
	}
	print_message("%d objects added: %.0f ms\n", N, ms_since(start));
	OK(store_root_add(s, "chain", &chain, &fault));
	s = reopen(s, *state);
	start = sys_monotonic_ns();
	assert_clean(s);
	print_message("checked: %.0f ms\n", ms_since(start));
	start = sys_monotonic_ns();
	struct store_gc_result r = gc(s, (struct store_gc_options){0});
	print_message("half collected: %.0f ms\n", ms_since(start));
	assert_int_equal(r.objects, N / 2);
	assert_int_equal(r.kept, N / 2);
	assert_clean(s);
	start = sys_monotonic_ns();
	for (int i = 0; i < 20; i++)
		s = reopen(s, *state);
	print_message("opened: %.2f ms\n", ms_since(start) / 20);
	OK(store_root_remove(s, "chain", &fault));
	r = gc(s, (struct store_gc_options){0});
	assert_int_equal(r.objects, N / 2);
	store_close(s);
}

/* What a build of 1,000 recipes with nothing to do asks of the store. */
static void answers_quickly(void **state)
{
	enum { N = 1000 };
	struct store *s = open_store(*state);
	static struct drv drvs[N];
	static char names[N][32];
	for (unsigned i = 0; i < N; i++) {
		snprintf(names[i], sizeof names[i], "thing-%u", i);
		make_drv(&drvs[i], names[i]);
		struct digest out = add_file(s, names[i]);
		OK(put_built(s, &drvs[i], &out, "", NULL));
	}
	s = reopen(s, *state);
	int64_t start = sys_monotonic_ns();
	for (unsigned i = 0; i < N; i++) {
		struct digest action, object;
		OK(store_find_resolved(s, &drvs[i].id, &action, &object));
	}
	print_message("%d derivations found: %.1f ms\n", N, ms_since(start));
	start = sys_monotonic_ns();
	for (unsigned i = 0; i < N; i++) {
		struct digest action, object;
		OK(store_find_resolved(s, &drvs[i].id, &action, &object));
		OK(store_hold(s, &object, &fault));
	}
	print_message("%d derivations found and held: %.1f ms\n", N, ms_since(start));
	store_close(s);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(keeps_roots_and_refs),  T(keeps_what_is_held), T(holding_waits_for_collection),
	    T(respects_limits),       T(remembers_use),      T(drops_logs_and_sources),
	    T(drops_kept_builds),     T(copes_with_circles), T(answers_quickly),
	    T(collects_ten_thousand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
