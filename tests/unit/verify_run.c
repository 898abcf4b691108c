/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A verification over a world that fails on purpose: whatever answer is broken, each fresh build that was
 * made is discarded or kept, once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "verify/verify.h"

/* What the world answers. */
struct world {
	char dir[64];
	int stored, rebuild, keep; /* codes to fail with; 0 = work */
	bool no_tree;              /* the store's tree has no path */
	bool lost;                 /* … or the path of a tree that is not there */
	bool differs;              /* rebuilt trees differ from the stored one */
	bool half;                 /* a rebuild that fails leaves its folder to be discarded */
	int made, gone, kept;      /* fresh builds */
};

static struct drv output = {.name = "a"};

static int op_stored(void *ctx, const struct drv *d, struct digest *action,
		     struct digest *object)
{
	const struct world *w = ctx;
	(void)d;
	*action = *object = (struct digest){{0}};
	return w->stored;
}

static char *path_in(const struct world *w, const char *name)
{
	char *path = NULL;
	assert_true(asprintf(&path, "%s/%s", w->dir, name) > 0);
	return path;
}

static char *op_tree(void *ctx, const struct digest *object)
{
	const struct world *w = ctx;
	(void)object;
	return w->no_tree ? NULL : path_in(w, w->lost ? "nowhere" : "stored");
}

static int op_rebuild(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		      struct fault *f)
{
	struct world *w = ctx;
	char name[16];
	(void)d;
	(void)vary;
	if (w->rebuild && !w->half)
		return fault_set(f, w->rebuild, "on purpose");
	snprintf(name, sizeof name, "%d", w->made++);
	ret->folder = path_in(w, name);
	ret->tree = path_in(w, name);
	assert_int_equal(file_write_new(ret->tree, "other", 5, 0644, NULL), 0);
	ret->object.b[0] = w->differs;
	return w->rebuild ? fault_set(f, w->rebuild, "on purpose") : 0;
}

static void op_discard(void *ctx, struct verify_build *b)
{
	struct world *w = ctx;
	if (!b->folder)
		return;
	assert_int_equal(unlink(b->folder), 0);
	free(b->folder);
	free(b->tree);
	*b = (struct verify_build){0};
	w->gone++;
}

static int op_keep(void *ctx, const struct drv *d, struct verify_build *b, char **ret_path,
		   struct fault *f)
{
	struct world *w = ctx;
	(void)d;
	op_discard(ctx, b);
	if (w->keep)
		return fault_set(f, w->keep, "on purpose");
	w->kept++;
	*ret_path = strdup("kept");
	return 0;
}

static struct verify_report run(struct world *w, int want)
{
	const struct verify_ops ops = {.ctx = w,
				       .stored = op_stored,
				       .tree = op_tree,
				       .rebuild = op_rebuild,
				       .discard = op_discard,
				       .keep = op_keep};
	const struct verify_options o = {.jobs = 1, .rounds = 2, .sample = 100};
	const struct drv *nodes[] = {&output};
	struct verify_report r;
	struct fault f = FAULT_INIT;
	char *stored;
	strcpy(w->dir, "/tmp/boot-hurd-unit.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	stored = path_in(w, "stored");
	assert_int_equal(file_write_new(stored, "one", 3, 0644, NULL), 0);
	assert_int_equal(verify_run(nodes, 1, &o, &ops, &r, &f), want);
	if (want < 0)
		assert_int_equal(f.code, want);
	assert_int_equal(w->made, w->gone);
	assert_int_equal(unlink(stored), 0);
	assert_int_equal(rmdir(w->dir), 0); /* nothing is left */
	free(stored);
	return r;
}

static void works(void **state)
{
	struct world w = {0}, x = {.differs = true};
	(void)state;
	struct verify_report r = run(&w, 0);
	assert_int_equal(w.made, 2);
	assert_int_equal(r.counts[VERDICT_REPRODUCED], 1);
	verify_report_release(&r);
	r = run(&x, 0);
	assert_int_equal(x.made, 1);
	assert_int_equal(x.kept, 1);
	assert_int_equal(r.counts[VERDICT_DIFFERS], 1);
	assert_int_equal(r.results[0].differences.n, 1);
	verify_report_release(&r);
}

static void fails(void **state)
{
	static const struct {
		struct world w;
		int want, made;
	} cases[] = {
	    {{.stored = ERR_MISSING}, ERR_MISSING, 0},
	    {{.stored = ERR_CORRUPT}, ERR_CORRUPT, 0},
	    {{.rebuild = ERR_BUILD}, 0, 0}, /* FAILED is a verdict */
	    {{.rebuild = ERR_BUILD, .half = true}, 0, 1},
	    {{.rebuild = -ENOSPC}, -ENOSPC, 0},
	    {{.rebuild = -ENOSPC, .half = true}, -ENOSPC, 1},
	    {{.differs = true, .lost = true}, -ENOENT, 1},
	    {{.differs = true, .keep = -ENOSPC}, -ENOSPC, 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w = cases[i].w;
		struct verify_report r = run(&w, cases[i].want);
		assert_int_equal(w.made, cases[i].made);
		assert_int_equal(w.kept, 0);
		verify_report_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(works),
	    cmocka_unit_test(fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
