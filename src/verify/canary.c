/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/canary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"

enum {
	AXES_MAX = 32, /* bits of a mask */
	TRIES = 4,     /* what is drawn by lot may be drawn twice */
};

/* The files that a canary wrote. */
struct seen {
	struct strlist paths; /* relative to the output */
	bool *differs;        /* one each: it came out different with the axis; owned */
};

static void seen_release(struct seen *s)
{
	strlist_release(&s->paths);
	free(s->differs);
	*s = (struct seen){0};
}

/* Lists the files of the canary's output TREE. */
static int seen_list(const char *tree, struct seen *ret, struct fault *f)
{
	struct strlist names = STRLIST_INIT;
	FREE_PTR char *folder = path_join(tree, CANARY_FOLDER);
	int r = folder ? file_list(folder, &names, f) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = strlist_addf(&ret->paths, CANARY_FOLDER "/%s", names.items[i]);
	strlist_release(&names);
	ret->differs = calloc(ret->paths.n + 1, sizeof *ret->differs);
	return r == 0 && !ret->differs ? -ENOMEM : r;
}

/* Marks the files of S in which the outputs PLAIN and VARIED differ. */
static int seen_mark(struct seen *s, const char *plain, const char *varied, struct fault *f)
{
	struct differences d = DIFFERENCES_INIT;
	int r = tree_compare(plain, varied, &d, f);
	for (size_t i = 0; r == 0 && i < d.n; i++)
		for (size_t k = 0; k < s->paths.n; k++)
			s->differs[k] |= strcmp(d.items[i].path, s->paths.items[k]) == 0;
	differences_release(&d);
	return r;
}

/* Returns whether each file came out different; else WHY names the others. */
static bool seen_all(const struct seen *s, struct fault *why)
{
	struct buf same = BUF_INIT;
	for (size_t i = 0; i < s->paths.n; i++)
		if (!s->differs[i])
			buf_addf(&same, "%s%s", same.len ? ", " : "",
				 path_base(s->paths.items[i]));
	bool all = s->paths.n && !same.len;
	if (!all)
		fault_set(why, ERR_CONFIG, "its canary comes out the same on this machine: %s",
			  s->paths.n ? buf_str(&same) : "it writes nothing");
	buf_release(&same);
	return all;
}

/* Builds D with the axes VARY. The caller discards RET, also when it fails. */
static int build(const struct verify_ops *ops, const struct drv *d, unsigned vary,
		 struct verify_build *ret, struct fault *f)
{
	*ret = (struct verify_build){0};
	return ops->rebuild(ops->ctx, d, vary, ret, f);
}

/* Builds D twice without any variation: PLAIN gets the first, *RET_STEADY whether both were equal. */
static int build_plain(const struct verify_ops *ops, const struct drv *d,
		       struct verify_build *plain, bool *ret_steady, struct fault *f)
{
	struct verify_build again = {0};
	int r = build(ops, d, 0, plain, f);
	if (r == 0) {
		r = build(ops, d, 0, &again, f);
		*ret_steady = digest_eq(&plain->object, &again.object);
		ops->discard(ops->ctx, &again);
	}
	return r;
}

/* Builds the canary D with AXIS until each of its files has come out different, or enough is tried. */
static int build_varied(const struct verify_ops *ops, const struct drv *d, unsigned axis,
			const struct verify_build *plain, bool *ret_varied, struct fault *why)
{
	struct seen seen = {0};
	int r = seen_list(plain->tree, &seen, why);
	*ret_varied = false;
	for (int i = 0; r == 0 && i < TRIES && !*ret_varied; i++) {
		struct verify_build varied;
		r = build(ops, d, axis, &varied, why);
		if (r == 0)
			r = seen_mark(&seen, plain->tree, varied.tree, why);
		ops->discard(ops->ctx, &varied);
		*ret_varied = r == 0 && seen_all(&seen, why);
	}
	seen_release(&seen);
	return r;
}

/* Tries one axis. 1: it is varied; 0: it is not, WHY says why; negative: what stops everything. */
static int try_axis(const struct verify_ops *ops, unsigned axis, struct fault *why)
{
	const struct drv *d = NULL;
	struct verify_build plain = {0};
	bool steady = false, varied = false;
	int r = ops->canary ? ops->canary(ops->ctx, axis, &d, why) : ERR_MISSING;
	if (r == ERR_MISSING) {
		fault_set(why, r, "there is no canary for it");
		return 0;
	}
	if (r == 0)
		r = build_plain(ops, d, &plain, &steady, why);
	/* Numbers that the kernel hands out are other ones in each build, with the axis or without. */
	steady |= axis == vary_parse("ids");
	if (r == 0 && !steady)
		fault_set(why, ERR_BUILD, "its canary differs without it, and proves nothing");
	else if (r == 0)
		r = build_varied(ops, d, axis, &plain, &varied, why);
	ops->discard(ops->ctx, &plain);
	if (r < 0)
		fault_wrap(why, "its canary cannot be built");
	return r == ERR_CANCELLED || r == -ENOMEM ? r : varied;
}

int canaries_run(unsigned asked, const struct verify_ops *ops, struct verify_report *r,
		 struct fault *f)
{
	r->skipped = calloc(AXES_MAX, sizeof *r->skipped);
	if (!r->skipped)
		return fault_set(f, -ENOMEM, "cannot try the axes:");
	for (unsigned axis = 1; axis && axis <= asked; axis <<= 1) {
		struct fault why = FAULT_INIT;
		if (!(asked & axis))
			continue;
		if (ops->stopped && ops->stopped(ops->ctx))
			return fault_set(f, ERR_CANCELLED, "stopped while trying the axes");
		int e = try_axis(ops, axis, &why);
		if (e < 0) {
			if (f)
				*f = why;
			return e;
		}
		if (e > 0)
			r->vary |= axis;
		else
			r->skipped[r->nskipped++] = (struct verify_skipped){axis, why};
	}
	return 0;
}
