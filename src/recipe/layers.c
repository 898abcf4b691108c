/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/internal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"

/* Which folder of recipes something belongs to. */

const struct layer *recipes_layer(const struct recipes *r, const char *folder)
{
	for (size_t i = r->nlayers; i-- > 1;)
		if (path_is_under(folder, r->layers[i].dir))
			return &r->layers[i];
	return &r->layers[0];
}

const char *recipes_lib(const struct recipes *r, const char *name)
{
	for (size_t i = r->nlayers; i-- > 1;) {
		FREE_PTR char *file = NULL;
		if (asprintf(&file, "%s/lib/%s.lua", r->layers[i].dir, name) >= 0 &&
		    (access(file, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)))
			return r->layers[i].dir;
	}
	return r->layers[0].dir;
}
