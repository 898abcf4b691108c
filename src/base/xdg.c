/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/xdg.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/path.h"

char *xdg_path(const char *variable, const char *fallback, const char *below)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	if (folder && folder[0] == '/')
		return path_join(folder, below);
	if (!fallback || !home || home[0] != '/')
		return NULL;
	FREE_PTR char *in_home = path_join(home, fallback);
	return in_home ? path_join(in_home, below) : NULL;
}
