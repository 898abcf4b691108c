/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on what, what a verification that did too little exits with, and what canaries say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "verify/canary.h"

/* A chain: each is built from the one before. */
enum { LENGTH = 5 };
static struct drv drvs[LENGTH];
static struct drv_input inputs[LENGTH];

static int make_chain(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	(void)state;
	memset(drvs, 0, sizeof drvs);
	for (size_t i = 0; i < LENGTH; i++) {
		drvs[i].name = names[i];
		drvs[i].id.b[0] = (unsigned char)(i + 1);
		if (i) {
			inputs[i] = (struct drv_input){names[i - 1], &drvs[i - 1]};
			drvs[i].inputs = &inputs[i];
			drvs[i].ninputs = 1;
		}
	}
	return 0;
}

static void stands_on(void **state)
{
	(void)state;
	const struct drv *nodes[] = {&drvs[0], &drvs[1], &drvs[3],
				     &drvs[4]}; /* c is not listed */
	enum verdict v[] = {VERDICT_REPRODUCED, VERDICT_DIFFERS, VERDICT_FAILED,
			    VERDICT_REPRODUCED};
	size_t on[4];
	assert_int_equal(verdict_stands_on(nodes, v, 4, on, NULL), 0);
	assert_int_equal(on[0], 4);
	assert_int_equal(on[1], 4);
	assert_int_equal(on[2], 1); /* by c */
	assert_int_equal(on[3], 1); /* the first of two */
	v[1] = VERDICT_BASELINE;
	assert_int_equal(verdict_stands_on(nodes, v, 4, on, NULL), 0);
	assert_int_equal(on[2], 4);
	assert_int_equal(on[3], 2);
}

/* ---- a world in which D's bits are what a test says ---- */

struct world {
	char dir[64];
	int calls;
	unsigned blind;   /* axes that change nothing */
	unsigned partial; /* axes that change one file of two */
	bool random;      /* each build differs */
	bool none;        /* there are no canaries */
	int fails;        /* what rebuilding with an axis returns */
};

static int op_stored(void *ctx, const struct drv *d, struct digest *action,
		     struct digest *object)
{
	(void)ctx;
	*action = d->id;
	memset(object, 0, sizeof *object);
	return 0;
}

static int op_canary(void *ctx, unsigned axis, const struct drv **ret, struct fault *f)
{
	const struct world *w = ctx;
	(void)axis;
	if (w->none)
		return fault_set(f, ERR_MISSING, "none");
	*ret = &drvs[LENGTH - 1];
	return 0;
}

static void put(const char *tree, const char *name, int text)
{
	char path[192], line[16];
	snprintf(path, sizeof path, "%s/" CANARY_FOLDER "/%s", tree, name);
	int n = snprintf(line, sizeof line, "%d\n", text);
	assert_int_equal(file_write_new(path, line, (size_t)n, 0644, NULL), 0);
}

static int op_rebuild(void *ctx, const struct drv *d, unsigned vary, struct verify_build *ret,
		      struct fault *f)
{
	struct world *w = ctx;
	char path[128];
	w->calls++;
	if (d != &drvs[LENGTH - 1])
		return 0; /* equal to what is stored */
	if (vary && w->fails)
		return fault_set(f, w->fails, "on purpose");
	snprintf(path, sizeof path, "%s/%d", w->dir, w->calls);
	ret->folder = strdup(path);
	ret->tree = strdup(path);
	snprintf(path, sizeof path, "%s/%d/" CANARY_FOLDER, w->dir, w->calls);
	assert_int_equal(file_mkdirs(path, NULL), 0);
	int first = w->random ? w->calls : vary && !(vary & w->blind);
	int second = w->random ? w->calls : vary && !(vary & (w->blind | w->partial));
	put(ret->tree, "first", first);
	put(ret->tree, "second", second);
	ret->object.b[0] = (unsigned char)(first | second << 4);
	return 0;
}

static void op_discard(void *ctx, struct verify_build *b)
{
	(void)ctx;
	if (b->folder)
		assert_int_equal(file_remove_tree(b->folder, NULL), 0);
	free(b->folder);
	free(b->tree);
	*b = (struct verify_build){0};
}

static struct verify_report verify(struct world *w, struct verify_options o, int want)
{
	const struct drv *nodes[] = {&drvs[0], &drvs[1]};
	const struct verify_ops ops = {.ctx = w,
				       .stored = op_stored,
				       .canary = op_canary,
				       .rebuild = op_rebuild,
				       .discard = op_discard};
	struct verify_report r;
	struct fault f = FAULT_INIT;
	strcpy(w->dir, "/tmp/boot-hurd-unit.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	o.rounds = o.jobs = 1;
	assert_int_equal(verify_run(nodes, 2, &o, &ops, &r, &f), want);
	assert_int_equal(rmdir(w->dir), 0); /* nothing is left */
	return r;
}

static void too_little(void **state)
{
	(void)state;
	struct world w = {0};
	struct verify_report r = verify(&w, (struct verify_options){.sample = 100}, 0);
	assert_int_equal(verify_exit(&r, 100), 0);
	assert_int_equal(r.counts[VERDICT_REPRODUCED], 2);
	verify_report_release(&r);

	struct baseline_row rows[] = {{.action = drvs[0].id, .name = (char *)(uintptr_t) "a"}};
	const struct baseline baseline = {rows, 1, 1};
	r = verify(&w, (struct verify_options){.sample = 0, .baseline = &baseline}, 0);
	assert_int_equal(verify_exit(&r, 0), 3);
	assert_int_equal(r.counts[VERDICT_BASELINE], 1);
	assert_int_equal(r.counts[VERDICT_SAMPLED_OUT], 1);
	assert_true(r.coverage == 0);
	verify_report_release(&r);
}

static void canaries(void **state)
{
	(void)state;
	const struct verify_options both = {
	    .sample = 100, .vary = VARY_UMASK | VARY_USER, .named = VARY_UMASK};
	struct world w = {0};
	struct verify_report r = verify(&w, both, 0);
	assert_int_equal(r.vary, both.vary);
	assert_int_equal(verify_exit(&r, 0), 0);
	verify_report_release(&r);

	struct world blind = {.blind = VARY_USER};
	r = verify(&blind, both, 0);
	assert_int_equal(r.vary, VARY_UMASK);
	assert_int_equal(r.nskipped, 1);
	assert_int_equal(verify_exit(&r, 0), 0); /* the one that was named is varied */
	verify_report_release(&r);

	struct world partial = {.partial = VARY_UMASK};
	r = verify(&partial, both, 0);
	assert_int_equal(r.vary, VARY_USER);
	assert_non_null(strstr(r.skipped[0].why.what, ": second"));
	assert_int_equal(verify_exit(&r, 0), 3);
	verify_report_release(&r);

	struct world others[] = {{.none = true}, {.random = true}, {.fails = ERR_BUILD}};
	for (size_t i = 0; i < 3; i++) {
		r = verify(&others[i], both, 0);
		assert_int_equal(r.vary, 0);
		assert_int_equal(r.nskipped, 2);
		assert_int_equal(verify_exit(&r, 0), 3);
		verify_report_release(&r);
	}
	struct world stopped = {.fails = ERR_CANCELLED};
	r = verify(&stopped, both, ERR_CANCELLED);
	verify_report_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(stands_on, make_chain),
	    cmocka_unit_test_setup(too_little, make_chain),
	    cmocka_unit_test_setup(canaries, make_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
