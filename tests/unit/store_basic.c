/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's everyday calls: objects, realisations, sources, roots, locks, holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "nar/nar.h"
#include "store_util.h"

static void opens(void **state)
{
	char path[512];
	struct store *s = NULL;
	snprintf(path, sizeof path, "%s/store", (char *)*state);
	assert_int_equal(store_open(path, 0, &s, &fault), ERR_MISSING);
	assert_int_equal(store_open(path, STORE_READONLY, &s, &fault), ERR_MISSING);
	assert_null(s);
	s = open_store(*state);
	assert_string_equal(store_path(s), path);
	store_close(s);
	OK(store_open(path, 0, &s, &fault));
	store_close(s);
	store_close(NULL);
}

static void adds_object(void **state)
{
	struct store *s = open_store(*state);
	struct digest d = add_tree(s, "hello\n", NULL, 0), again;
	struct store_object o;
	struct nar_stats stats;
	struct stat st;
	OK(store_object(s, &d, &o));
	FREE_PTR char *path = store_object_path(s, &d);
	OK(nar_hash(path, &again, &stats, &fault));
	assert_true(digest_eq(&d, &again));
	assert_int_equal(o.nar_size, stats.nar_size);
	assert_int_equal(o.file_size, stats.file_size);
	assert_int_equal(o.files, 5);
	assert_true(o.added_ns > 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0555);
	assert_int_equal(st.st_mtim.tv_sec, 1);
	/* The same again, and a single file, and a single link. */
	struct digest same = add_tree(s, "hello\n", NULL, 0);
	assert_true(digest_eq(&d, &same));
	struct digest file = add_file(s, "just a file");
	OK(store_object(s, &file, &o));
	assert_int_equal(o.files, 1);
	FREE_PTR char *tmp = NULL;
	OK(store_tmp(s, "link", &tmp, &fault));
	FREE_PTR char *link = path_join(tmp, "l");
	assert_int_equal(symlink("nowhere", link), 0);
	OK(store_add(s, link, NULL, 0, &o, &fault));
	struct digest none = {{1}};
	assert_int_equal(store_object(s, &none, NULL), ERR_MISSING);
	assert_clean(s);
	store_close(s);
}

static void makes_canonical(void **state)
{
	struct store *s = open_store(*state);
	FREE_PTR char *tmp = NULL;
	struct store_object o;
	struct stat st;
	char outside[600];
	OK(store_tmp(s, "t", &tmp, &fault));
	FREE_PTR char *tree = path_join(tmp, "tree");
	FREE_PTR char *sub = path_join(tree, "locked");
	FREE_PTR char *a = path_join(tree, "a");
	FREE_PTR char *b = path_join(tree, "b");
	assert_int_equal(mkdir(tree, 0755), 0);
	assert_int_equal(mkdir(sub, 0755), 0);
	write_file(sub, "secret", "x", 0000);
	write_file(sub, "run", "x", 0711);
	write_file(tree, "a", "linked", 0640);
	assert_int_equal(link(a, b), 0);
	snprintf(outside, sizeof outside, "%s/outside", (char *)*state);
	assert_int_equal(link(a, outside), 0);
	assert_int_equal(chmod(sub, 0111), 0);
	OK(store_add(s, tree, NULL, 0, &o, &fault));
	assert_int_equal(o.files, 6);
	/* Whoever shared a file before does not share it with the store. */
	assert_int_equal(stat(outside, &st), 0);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_clean(s);
	store_close(s);
}

static void refuses_unsafe(void **state)
{
	struct store *s = open_store(*state);
	FREE_PTR char *tmp = NULL;
	OK(store_tmp(s, "t", &tmp, &fault));
	FREE_PTR char *fifo = path_join(tmp, "fifo");
	FREE_PTR char *suid = path_join(tmp, "suid");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(store_add(s, fifo, NULL, 0, NULL, &fault), ERR_UNSAFE);
	assert_int_equal(store_add(s, tmp, NULL, 0, NULL, &fault), ERR_UNSAFE);
	unlink(fifo);
	write_file(tmp, "suid", "x", 04755);
	assert_int_equal(store_add(s, tmp, NULL, 0, NULL, &fault), ERR_UNSAFE);
	unlink(suid);
	assert_int_equal(store_add(s, "/nonexistent", NULL, 0, NULL, &fault), -ENOENT);
	assert_clean(s);
	store_close(s);
}

static void remembers_realisations(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct drv d, e;
	struct digest action, got_action, got_object;
	struct store_realisation r, *all;
	struct buf json = BUF_INIT;
	size_t n;
	make_drv(&d, "hello-1");
	make_drv(&e, "other-1");
	assert_int_equal(store_find_resolved(s, &d.id, &got_action, &got_object), ERR_MISSING);
	assert_int_equal(store_latest(s, &a, &d.id, "hello-1", &r), ERR_MISSING);
	assert_int_equal(store_expected_ns(s, "hello-1"), 0);
	OK(put_built(s, &d, NULL, "", &action));
	assert_int_equal(store_find_realisation(s, &a, &action, &r), ERR_MISSING);
	OK(store_latest(s, &a, NULL, "hello-1", &r));
	assert_int_equal(r.outcome, STORE_FAILED);
	struct digest object = add_tree(s, "built", NULL, 0);
	OK(put_built(s, &d, &object, "", NULL));
	OK(store_find_realisation(s, &a, &action, &r));
	assert_true(digest_eq(&r.object, &object));
	assert_true(digest_eq(&r.drv, &d.id));
	assert_string_equal(r.name, "hello-1");
	assert_int_equal(r.started_ns, 1700000000123456789);
	assert_int_equal(r.max_rss, 7);
	assert_true(r.attestable);
	OK(store_find_resolved(s, &d.id, &got_action, &got_object));
	assert_true(digest_eq(&got_action, &action));
	assert_true(digest_eq(&got_object, &object));
	OK(store_list_realisations(s, &a, &action, &all, &n, &fault));
	assert_int_equal(n, 2);
	assert_int_equal(all[0].outcome, STORE_FAILED);
	assert_int_equal(all[1].outcome, STORE_BUILT);
	OK(store_latest(s, &a, &d.id, NULL, &r));
	assert_int_equal(r.outcome, STORE_BUILT);
	assert_int_equal(store_expected_ns(s, "hello-1"), 1000000000);
	/* Another derivation that resolves to the same action. */
	OK(store_put_drv(s, &e, &fault));
	OK(store_link(s, &e.id, &action, &fault));
	OK(store_link(s, &e.id, &action, &fault));
	OK(store_find_resolved(s, &e.id, &got_action, &got_object));
	assert_true(digest_eq(&got_object, &object));
	OK(store_drv_json(s, &d.id, &json));
	sha256_view(buf_view(&json), &got_action);
	assert_true(digest_eq(&got_action, &d.id));
	buf_clear(&json);
	OK(store_action_json(s, &action, &json));
	sha256_view(buf_view(&json), &got_action);
	assert_true(digest_eq(&got_action, &action));
	assert_int_equal(store_drv_json(s, &action, &json), ERR_MISSING);
	buf_release(&json);
	assert_clean(s);
	arena_release(&a);
	store_close(s);
}

static void refuses_realisations(void **state)
{
	struct store *s = open_store(*state);
	struct drv d;
	struct digest none = {{1}};
	make_drv(&d, "hello-1");
	struct action act = {.drv = &d};
	struct buf json = BUF_INIT;
	assert_int_equal(action_set_id(&act), 0);
	assert_int_equal(action_json(&act, &json), 0);
	struct store_realisation r = {.action = act.id,
				      .drv = d.id,
				      .object = none,
				      .builder = "",
				      .name = "x",
				      .log = ""};
	/* No object; no derivation; another action's JSON. */
	assert_int_equal(store_put_realisation(s, &r, buf_view(&json), &fault), ERR_MISSING);
	r.object = add_file(s, "x");
	assert_int_equal(store_put_realisation(s, &r, buf_view(&json), &fault), ERR_MISSING);
	OK(store_put_drv(s, &d, &fault));
	assert_int_equal(store_put_realisation(s, &r, view_of("{}"), &fault), ERR_HASH);
	assert_clean(s);
	OK(store_put_realisation(s, &r, buf_view(&json), &fault));
	assert_clean(s);
	buf_release(&json);
	store_close(s);
}

static void remembers_refs(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct digest libc = add_tree(s, "libc", NULL, 0),
		      newer = add_tree(s, "newer", NULL, 0);
	struct action_input refs[2] = {{"libc", libc}, {"aaa", newer}}, *got;
	size_t n;
	struct digest prog = add_tree(s, "program", refs, 2);
	OK(store_refs(s, &a, &prog, &got, &n, &fault));
	assert_int_equal(n, 2);
	assert_string_equal(got[0].as, "aaa");
	assert_string_equal(got[1].as, "libc");
	assert_true(digest_eq(&got[1].object, &libc));
	free(got);
	/* The same bits built against another libc: the newer word counts. */
	refs[0].object = newer;
	add_tree(s, "program", refs, 1);
	OK(store_refs(s, &a, &prog, &got, &n, &fault));
	assert_int_equal(n, 2);
	assert_true(digest_eq(&got[1].object, &newer));
	free(got);
	arena_release(&a);
	assert_clean(s);
	store_close(s);
}

static void remembers_sources(void **state)
{
	struct store *s = open_store(*state);
	struct digest d = add_file(s, "source"), got, none = {{1}};
	assert_int_equal(store_find_source(s, "sha256:00+unpack", &got), ERR_MISSING);
	assert_int_equal(store_put_source(s, "sha256:00", "u", &none, &fault), ERR_MISSING);
	OK(store_put_source(s, "sha256:00+unpack", "https://example.org/\"x\"", &d, &fault));
	OK(store_put_source(s, "sha256:00+unpack", "https://example.org/", &d, &fault));
	OK(store_find_source(s, "sha256:00+unpack", &got));
	assert_true(digest_eq(&got, &d));
	assert_clean(s);
	store_close(s);
}

static void keeps_roots(void **state)
{
	struct store *s = open_store(*state);
	struct arena a = ARENA_INIT;
	struct store_root *roots;
	struct digest d = add_file(s, "1"), e = add_file(s, "2"), none = {{1}};
	size_t n;
	OK(store_root_add(s, "hello", &d, &fault));
	OK(store_root_add(s, "hello", &e, &fault));
	OK(store_root_add(s, "again", &d, &fault));
	assert_int_equal(store_root_add(s, "../x", &d, &fault), ERR_SYNTAX);
	assert_int_equal(store_root_add(s, "x", &none, &fault), ERR_MISSING);
	OK(store_root_list(s, &a, &roots, &n, &fault));
	assert_int_equal(n, 2);
	assert_string_equal(roots[0].name, "again");
	assert_true(digest_eq(&roots[1].object, &e));
	assert_clean(s);
	OK(store_root_remove(s, "hello", &fault));
	assert_int_equal(store_root_remove(s, "hello", &fault), ERR_MISSING);
	OK(store_root_list(s, &a, &roots, &n, &fault));
	assert_int_equal(n, 1);
	assert_clean(s);
	arena_release(&a);
	store_close(s);
}

static void locks_actions(void **state)
{
	struct store *s = open_store(*state), *t = open_store(*state);
	struct digest d = {{1}}, e = {{2}};
	struct store_lock *l, *m, *k;
	assert_int_equal(store_lock_action(s, &d, false, &l, &fault), 0);
	assert_int_equal(store_lock_action(t, &d, false, &m, &fault), 1);
	assert_int_equal(store_lock_action(t, &e, false, &m, &fault), 0);
	store_unlock(l);
	assert_int_equal(store_lock_action(t, &d, false, &k, &fault), 0);
	store_unlock(k);
	store_unlock(m);
	store_unlock(NULL);
	store_close(s);
	store_close(t);
}

/* Many processes take one lock in turn; each must be alone in it. */
static void locks_exclude(void **state)
{
	enum { PROCESSES = 4, TURNS = 200 };
	char path[600];
	struct digest d = {{3}};
	snprintf(path, sizeof path, "%s/inside", (char *)*state);
	store_close(open_store(*state));
	for (int i = 0; i < PROCESSES; i++) {
		if (fork())
			continue;
		struct store *s = open_store(*state);
		struct store_lock *l;
		for (int k = 0; k < TURNS; k++) {
			if (store_lock_action(s, &d, true, &l, &fault) != 0)
				_exit(2);
			int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
			if (fd < 0)
				_exit(3);
			close(fd);
			unlink(path);
			store_unlock(l);
		}
		store_close(s);
		_exit(0);
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

static void reads_only(void **state)
{
	struct store *s = open_store(*state), *r;
	struct digest d = add_tree(s, "x", NULL, 0), none = {{1}};
	struct drv drv;
	struct arena a = ARENA_INIT;
	struct store_realisation real;
	struct store_lock *l;
	char *tmp;
	make_drv(&drv, "hello-1");
	OK(put_built(s, &drv, &d, "", NULL));
	/* Beside a writer, then alone, then where nothing may be written. */
	for (int i = 0; i < 3; i++) {
		FREE_PTR char *path = path_join(*state, "store");
		if (i == 1)
			store_close(s);
		if (i == 2)
			assert_int_equal(chmod(path, 0555), 0);
		OK(store_open(path, STORE_READONLY, &r, &fault));
		OK(store_object(r, &d, NULL));
		OK(store_latest(r, &a, NULL, "hello-1", &real));
		OK(store_hold(r, &d, &fault));
		assert_int_equal(store_hold(r, &none, &fault), ERR_MISSING);
		assert_int_equal(store_tmp(r, "x", &tmp, &fault), -EROFS);
		assert_int_equal(store_root_add(r, "x", &d, &fault), -EROFS);
		assert_int_equal(store_lock_action(r, &d, true, &l, &fault), -EROFS);
		assert_clean(r);
		store_close(r);
		chmod(path, 0755);
	}
	arena_release(&a);
}

static void keeps_failed_builds(void **state)
{
	struct store *s = open_store(*state);
	FREE_PTR char *tmp = NULL;
	FREE_PTR char *kept = NULL;
	OK(store_tmp(s, "build", &tmp, &fault));
	write_file(tmp, "log", "why", 0600);
	OK(store_keep_tmp(s, tmp, &kept, &fault));
	store_close(s);
	s = open_store(*state);
	assert_int_equal(access(tmp, F_OK), -1);
	assert_int_equal(access(kept, F_OK), 0);
	assert_clean(s);
	store_close(s);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(opens),
	    T(adds_object),
	    T(makes_canonical),
	    T(refuses_unsafe),
	    T(remembers_realisations),
	    T(refuses_realisations),
	    T(remembers_refs),
	    T(remembers_sources),
	    T(keeps_roots),
	    T(locks_actions),
	    T(locks_exclude),
	    T(reads_only),
	    T(keeps_failed_builds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
