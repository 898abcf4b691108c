/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/recipe.h"

#include <errno.h>

#include "base/file.h"

int recipe_file_of(struct cmd *c, const struct drv *d, const char **ret, struct fault *f)
{
	const char *file = d->meta.file;
	int there = file ? file_exists(file, f) : 0;
	if (there < 0)
		return there;
	if (!there)
		return fault_set(f, ERR_MISSING, "%s: its recipe file is not there: %s",
				 d->name, file ? file : "unknown");
	*ret = arena_fmt(&c->arena, "%s", file);
	return *ret ? 0 : -ENOMEM;
}
