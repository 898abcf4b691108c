/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/overrides.h"

#include <string.h>

int overrides_apply(struct recipes *recipes, struct strlist *l, struct fault *f)
{
	int r = 0;
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

int overrides_check(const struct recipes *recipes, struct fault *f)
{
	const char *unused = recipes ? recipes_override_unused(recipes) : NULL;
	return unused ? fault_set(
			    f, ERR_USAGE,
			    "--override-source: no recipe of these targets has a source '%s'",
			    unused)
		      : 0;
}

bool overrides_cover(void *ctx, const struct drv *d)
{
	return recipes_overridden(ctx, d);
}
