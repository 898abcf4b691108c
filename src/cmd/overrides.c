/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/overrides.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int overrides_apply(struct recipes *recipes, const struct strlist *l, struct fault *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < l->n; i++) {
		const char *equals = strchr(l->items[i], '=');
		if (!equals || equals == l->items[i] || !equals[1])
			return fault_set(f, ERR_USAGE,
					 "--override-source: expected NAME=PATH, not '%s'",
					 l->items[i]);
		FREE_PTR char *name = strndup(l->items[i], (size_t)(equals - l->items[i]));
		r = name ? recipes_override(recipes, name, equals + 1, f) : -ENOMEM;
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
