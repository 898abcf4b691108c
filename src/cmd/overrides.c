/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/overrides.h"

#include <string.h>

int overrides_apply(struct cmd *c, struct strlist *l, struct fault *f)
{
	struct recipes *recipes = NULL;
	int r = cmd_recipes(c, &recipes, f);
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		char *equals = strchr(l->items[i], '=');
		if (!equals || equals == l->items[i] || !equals[1])
			return fault_set(f, ERR_USAGE,
					 "--override-source: expected NAME=PATH, not '%s'",
					 l->items[i]);
		*equals = '\0';
		r = recipes_override(recipes, l->items[i], equals + 1, f);
	}
	return r;
}

int overrides_check(struct cmd *c, struct fault *f)
{
	struct recipes *recipes = NULL;
	int r = cmd_recipes(c, &recipes, f);
	const char *unused = r == 0 ? recipes_override_unused(recipes) : NULL;
	return unused ? fault_set(
			    f, ERR_USAGE,
			    "--override-source: no recipe of these targets has a source '%s'",
			    unused)
		      : r;
}

bool overrides_cover(void *ctx, const struct drv *d)
{
	return recipes_overridden(ctx, d);
}
