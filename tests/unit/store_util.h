/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_STORE_UTIL_H
#define TESTS_STORE_UTIL_H

/* What the tests of the store share. Include after cmocka.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "store/store.h"

/* Set in a forked child, where a failed assertion must not run the other tests. */
static int in_child;

#define OK(call) \
	do { \
		int ok_r = (call); \
		if (ok_r < 0) \
			print_error("%s: %d %s\n", #call, ok_r, fault.what); \
		if (ok_r < 0 && in_child) \
			_exit(9); \
		assert_true(ok_r >= 0); \
	} while (0)

static struct fault fault = FAULT_INIT;

/* A folder of its own for each test: in memory when there is /dev/shm, as much of it is synced. */
static int make_folder(void **state)
{
	char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/store-test-XXXXXX"
							 : "/tmp/store-test-XXXXXX");
	*state = dir ? mkdtemp(dir) : NULL;
	return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
	int r = file_remove_tree(*state, NULL);
	free(*state);
	return r;
}

/* Opens (makes) the store DIR/store. */
static inline struct store *open_store(const char *dir)
{
	struct store *s = NULL;
	char path[512];
	snprintf(path, sizeof path, "%s/store", dir);
	OK(store_open(path, STORE_CREATE, &s, &fault));
	return s;
}

static inline void write_file(const char *dir, const char *name, const char *text, mode_t mode)
{
	FREE_PTR char *path = path_join(dir, name);
	FILE *f = path ? fopen(path, "w") : NULL;
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* Adds a small tree whose content depends on TEXT. */
static inline struct digest add_tree(struct store *s, const char *text,
				     const struct action_input *refs, size_t nrefs)
{
	FREE_PTR char *tmp = NULL;
	struct store_object o = {0};
	OK(store_tmp(s, "t", &tmp, &fault));
	FREE_PTR char *tree = path_join(tmp, "tree");
	FREE_PTR char *sub = path_join(tree, "sub");
	assert_int_equal(mkdir(tree, 0755), 0);
	assert_int_equal(mkdir(sub, 0755), 0);
	write_file(tree, "file", text, 0644);
	write_file(sub, "run", "#!/bin/sh\n", 0755);
	assert_int_equal(symlink("file", strcat(strcpy((char[1024]){0}, tree), "/link")), 0);
	OK(store_add(s, tree, refs, nrefs, &o, &fault));
	assert_int_equal(access(tree, F_OK), -1);
	OK(file_remove_tree(tmp, &fault));
	return o.hash;
}

/* Adds a single file holding TEXT. */
static inline struct digest add_file(struct store *s, const char *text)
{
	FREE_PTR char *tmp = NULL;
	struct store_object o = {0};
	OK(store_tmp(s, "t", &tmp, &fault));
	write_file(tmp, "file", text, 0644);
	FREE_PTR char *file = path_join(tmp, "file");
	OK(store_add(s, file, NULL, 0, &o, &fault));
	rmdir(tmp);
	return o.hash;
}

/* A derivation called NAME, without inputs. */
static inline void make_drv(struct drv *d, const char *name)
{
	static const char *argv[] = {"true", NULL};
	static struct drv_step step = {.argv = argv, .argc = 1, .dir = "", .in = "", .out = ""};
	*d = (struct drv){.name = name, .system = "i686-linux", .steps = &step, .nsteps = 1};
	assert_int_equal(drv_set_id(d), 0);
}

/* Registers that D was built as OBJECT (NULL: failed). RET_ACTION may be NULL. */
static inline int put_built(struct store *s, const struct drv *d, const struct digest *object,
			    const char *log, struct digest *ret_action)
{
	struct action a = {.drv = d};
	struct buf json = BUF_INIT;
	assert_int_equal(action_set_id(&a), 0);
	assert_int_equal(action_json(&a, &json), 0);
	struct store_realisation r = {.action = a.id,
				      .drv = d->id,
				      .outcome = object ? STORE_BUILT : STORE_FAILED,
				      .builder = "",
				      .started_ns = 1700000000123456789,
				      .ended_ns = 1700000001123456789,
				      .wall_ns = 1000000000,
				      .user_ns = 5,
				      .sys_ns = 6,
				      .max_rss = 7,
				      .name = d->name,
				      .log = log ? log : "",
				      .attestable = true};
	if (object)
		r.object = *object;
	int e = store_put_drv(s, d, &fault);
	if (e == 0)
		e = store_put_realisation(s, &r, buf_view(&json), &fault);
	buf_release(&json);
	if (ret_action)
		*ret_action = a.id;
	return e;
}

/* Waits for one child, which must have ended well. */
static inline void reap(void)
{
	int status = -1;
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
}

/* Counts and prints what store_check reports. */
static inline void print_damage(void *ctx, const struct store_damage *d)
{
	if (ctx)
		snprintf(ctx, 4096, "%s: %s", d->kind, d->what);
	else
		print_error("damage: %s: %s\n", d->kind, d->what);
}

static inline void assert_clean(struct store *s)
{
	int n = store_check(s, true, print_damage, NULL, NULL, &fault);
	OK(n);
	assert_int_equal(n, 0);
}

#endif
