/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publication/sources.h"

#include <stdio.h>
#include <string.h>

char *publication_source_path(const char *name, const struct digest *d)
{
	char *ret, nix[DIGEST_NIX32 + 1];
	digest_nix32(d, nix);
	return asprintf(&ret, "file/%s/sha256/%s", name, nix) < 0 ? NULL : ret;
}

char *publication_source_template(const char *location)
{
	char *ret;
	size_t n = strlen(location);
	while (n > 1 && location[n - 1] == '/')
		n--;
	return asprintf(&ret, "%s%.*s/file/{name}/sha256/{nix32}",
			*location == '/' ? "file:" : "", (int)n, location) < 0
		   ? NULL
		   : ret;
}
