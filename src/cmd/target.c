/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/pins.h"
#include "verify/baseline.h"

int cmd_target(struct cmd *c, const char *name, const struct drv **ret, struct fault *f)
{
	struct recipes *recipes = NULL;
	int r = cmd_recipes(c, &recipes, f);
	return r < 0 ? r : recipes_get(recipes, name, ret, f);
}

/* Lists the targets, and checks their pins if asked. */
static int list(struct cmd *c, char *const *names, size_t n, bool check,
		const struct drv ***ret, size_t *ret_n, struct fault *f)
{
	struct recipes *recipes = NULL;
	const struct drv **drvs = NULL, **all = NULL;
	int r = cmd_recipes(c, &recipes, f);
	if (r == 0 && n == 0)
		r = recipes_all(recipes, &all, &n, f);
	if (r == 0)
		drvs = arena_array(&c->arena, n + 1, sizeof *drvs);
	if (r == 0 && !drvs)
		r = fault_set(f, -ENOMEM, "cannot list targets:");
	for (size_t i = 0; r == 0 && drvs && i < n; i++)
		if (all)
			drvs[i] = all[i];
		else
			r = recipes_get(recipes, names[i], &drvs[i], f);
	free(all);
	if (r == 0 && check)
		r = pins_check(c, drvs, n, f);
	if (r < 0)
		return r;
	*ret = drvs;
	*ret_n = n;
	return 0;
}

int cmd_targets(struct cmd *c, char *const *names, size_t n, const struct drv ***ret,
		size_t *ret_n, struct fault *f)
{
	return list(c, names, n, true, ret, ret_n, f);
}

int cmd_targets_any_pins(struct cmd *c, char *const *names, size_t n, const struct drv ***ret,
			 size_t *ret_n, struct fault *f)
{
	return list(c, names, n, false, ret, ret_n, f);
}

/* Finds a root called TEXT: 1, 0 when there is none, or negative. */
static int find_root(struct cmd *c, const char *text, struct digest *ret, struct fault *f)
{
	struct store_root *roots;
	size_t n = 0;
	int r = store_root_list(c->store, &c->arena, &roots, &n, f);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (strcmp(roots[i].name, text) == 0) {
			*ret = roots[i].object;
			return 1;
		}
	return 0;
}

int cmd_object(struct cmd *c, const char *text, struct digest *ret, struct fault *f)
{
	struct store *s = NULL;
	struct digest d, action;
	int r = cmd_store(c, &s, f);
	if (r < 0)
		return r;
	if (digest_parse(view_of(text), &d) == 0) {
		r = store_object(s, &d, NULL);
		if (store_lookup(s, r, f) < 0)
			return r;
		if (r < 0)
			return fault_set(f, ERR_MISSING, "the store has no object %s", text);
		*ret = d;
		return 0;
	}
	r = find_root(c, text, ret, f);
	if (r != 0)
		return r < 0 ? r : 0;
	const struct drv *drv;
	r = cmd_target(c, text, &drv, f);
	if (r < 0)
		return r;
	r = store_find_resolved(s, &drv->id, &action, ret);
	if (store_lookup(s, r, f) < 0)
		return r;
	if (r < 0) {
		fault_set(f, ERR_MISSING, "%s has not been built", drv->name);
		fault_hint(f, "boot-hurd build %s", text);
		return ERR_MISSING;
	}
	return 0;
}

int cmd_baseline(struct cmd *c, struct baseline *ret, struct fault *f)
{
	FREE_PTR char *path = NULL;
	if (asprintf(&path, "%s/../store/baseline/realisations", c->recipes_dir) < 0)
		return -ENOMEM;
	return baseline_read(path, ret, f);
}
