/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks: any depth with few descriptors and a small stack; an error is never the end of a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/walk.h"
#include "engine/internal.h"
#include "hash/digest.h"
#include "nar/nar.h"

enum { STACK = 192 * 1024, FILES_OPEN = 64 };

static struct fault fault = FAULT_INIT;

/* The next call of readdir but so many fails; -1 = none does. */
static int fail_after = -1;
static bool has_failed;

struct dirent *readdir(DIR *d)
{
	static struct dirent *(*real)(DIR *);
	if (!real) {
		void *p = dlsym(RTLD_NEXT, "readdir");
		memcpy(&real, &p, sizeof p);
	}
	if (fail_after == 0) {
		has_failed = true;
		errno = EIO;
		return NULL;
	}
	fail_after -= fail_after > 0;
	return real(d);
}

static int make_folder(void **state)
{
	char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/walk-test-XXXXXX"
							 : "/tmp/walk-test-XXXXXX");
	*state = dir ? mkdtemp(dir) : NULL;
	fail_after = -1;
	return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
	fail_after = -1;
	int r = file_remove_tree(*state, NULL);
	free(*state);
	return r;
}

/* Makes DEPTH folders inside each other, the first at PATH, a file "leaf" in the last. */
static void nest(const char *path, int depth)
{
	assert_int_equal(mkdir(path, 0755), 0);
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	for (int i = 1; i < depth; i++) {
		assert_int_equal(mkdirat(fd, "folder", 0755), 0);
		int next = openat(fd, "folder", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	int leaf = openat(fd, "leaf", O_WRONLY | O_CREAT, 0644);
	assert_int_equal(write(leaf, "x", 1), 1);
	close(leaf);
	close(fd);
}

/* What is done in a thread with a small stack. */
struct deep {
	const char *dir;
	int depth;
	int failed; /* line, 0 = nothing */
};

static void *use_deep(void *ctx)
{
	struct deep *d = ctx;
	uint64_t size = 0, copied = 0;
	struct digest digest;
	FREE_PTR char *a = path_join(d->dir, "a");
	FREE_PTR char *b = path_join(d->dir, "b");
	struct fault *f = calloc(1, sizeof *f);
#define MUST(x) \
	if (!d->failed && !(x)) \
	d->failed = __LINE__
	MUST(file_tree_size(a, &size, f) == 0 && size > 0);
	MUST(file_copy_tree(a, b, false, f) == 0);
	MUST(file_tree_size(b, &copied, f) == 0 && copied == size);
	/* Too deep for an archive: said at once, with where it is. */
	MUST(nar_hash(a, &digest, NULL, f) == ERR_LIMIT);
	MUST(strstr(f->what, a) != NULL);
	MUST(file_remove_tree(a, f) == 0);
	MUST(file_remove_tree(b, f) == 0);
	MUST(file_exists(a, f) == 0 && file_exists(b, f) == 0);
	free(f);
	return NULL;
}

static void deep(void **state)
{
	const int depths[] = {3000, 9000};
	struct rlimit before, few = {FILES_OPEN, FILES_OPEN};
	getrlimit(RLIMIT_NOFILE, &before);
	few.rlim_max = before.rlim_max;
	for (size_t i = 0; i < 2; i++) {
		struct deep d = {*state, depths[i], 0};
		FREE_PTR char *a = path_join(*state, "a");
		pthread_attr_t attr;
		pthread_t t;
		nest(a, depths[i]);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		pthread_attr_init(&attr);
		assert_int_equal(pthread_attr_setstacksize(&attr, STACK), 0);
		assert_int_equal(pthread_create(&t, &attr, use_deep, &d), 0);
		pthread_join(t, NULL);
		pthread_attr_destroy(&attr);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_int_equal(d.failed, 0);
	}
}

static int count(void *ctx, const struct walk_node *n)
{
	int *seen = ctx;
	assert_true(n->depth == 0 ? !*n->rel : *n->rel != '\0');
	++*seen;
	return 0;
}

static int skip_folders(void *ctx, const struct walk_node *n)
{
	++*(int *)ctx;
	return n->depth ? WALK_SKIP : 0;
}

static void order(void **state)
{
	FREE_PTR char *a = path_join(*state, "a");
	int seen = 0;
	nest(a, 5);
	struct walk w = {.ctx = &seen, .enter = count, .leave = count, .other = count};
	assert_int_equal(walk_tree(a, &w, &fault), 0);
	assert_int_equal(seen, 11);
	seen = 0;
	w = (struct walk){.ctx = &seen, .enter = skip_folders, .leave = count, .other = count};
	assert_int_equal(walk_tree(a, &w, &fault), 0);
	assert_int_equal(seen, 3);
}

/* Every user of a listing, with readdir failing at its every call. */
static int one_user(int which, const char *dir, const char *aside)
{
	struct digest d;
	struct strlist names = STRLIST_INIT;
	struct action_input *refs = NULL;
	struct action_input input = {.as = "x"};
	struct action act = {.inputs = &input, .ninputs = 1};
	uint64_t size;
	size_t n;
	int r;
	switch (which) {
	case 0:
		return file_tree_size(dir, &size, &fault);
	case 1:
		r = file_list(dir, &names, &fault);
		strlist_release(&names);
		return r;
	case 2:
		r = file_copy_tree(dir, aside, false, &fault);
		fail_after = -1;
		file_remove_tree(aside, NULL);
		return r;
	case 3:
		return nar_hash(dir, &d, NULL, &fault);
	case 4:
		r = build_scan(dir, &act, &refs, &n, &fault);
		free(refs);
		return r;
	default:
		return file_remove_tree(dir, &fault);
	}
}

static void unreadable(void **state)
{
	FREE_PTR char *a = path_join(*state, "a");
	FREE_PTR char *b = path_join(*state, "b");
	nest(a, 3);
	for (int which = 0; which < 6; which++) {
		int at = 0;
		for (;; at++) {
			fail_after = at;
			has_failed = false;
			fault = (struct fault)FAULT_INIT;
			int r = one_user(which, a, b);
			fail_after = -1;
			if (!has_failed) {
				assert_int_equal(r, 0);
				break;
			}
			assert_int_equal(r, -EIO);
			assert_non_null(strstr(fault.what, "Input/output error"));
		}
		assert_true(at >= (which == 1 ? 3 : 9));
	}
	assert_int_equal(file_exists(a, NULL), 0);
}

/* A folder that is moved elsewhere while a walk is in it is not left through the wrong door. */
static int move_away(void *ctx, const struct walk_node *n)
{
	if (n->depth == WALK_OPEN_MAX + 4)
		assert_int_equal(rename(((char **)ctx)[0], ((char **)ctx)[1]), 0);
	return 0;
}

static void moved(void **state)
{
	FREE_PTR char *a = path_join(*state, "a");
	FREE_PTR char *inner = path_join(a, "folder/folder");
	FREE_PTR char *b = path_join(*state, "b");
	char *names[] = {inner, b};
	nest(a, WALK_OPEN_MAX + 8);
	struct walk w = {.ctx = names, .enter = move_away};
	assert_int_equal(walk_tree(a, &w, &fault), -ESTALE);
}

static void existence(void **state)
{
	FREE_PTR char *link = path_join(*state, "link");
	FREE_PTR char *below = path_join(link, "x");
	FREE_PTR char *none = path_join(*state, "none");
	char longest[5000];
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(file_exists(link, &fault), 1);
	assert_int_equal(file_exists(below, &fault), 0);
	assert_int_equal(file_exists(none, &fault), 0);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(file_exists(longest, &fault), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(deep, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(order, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(unreadable, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(moved, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(existence, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
