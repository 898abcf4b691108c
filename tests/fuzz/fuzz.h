/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* What fuzz targets share. Each is one program, so the state is here. */

static inline void must(int ok)
{
	if (!ok)
		abort();
}

static char fuzz_top[] = "/tmp/boot-hurd-fuzz-XXXXXX"; /* of fuzz_folder */

static inline void fuzz_clean_up(void)
{
	file_remove_tree(fuzz_top, NULL);
}

/* Returns an empty folder of this process, which goes when it ends. */
static inline const char *fuzz_folder(void)
{
	static int made;
	if (!made)
		must(mkdtemp(fuzz_top) != NULL && atexit(fuzz_clean_up) == 0);
	made = 1;
	return fuzz_top;
}

#endif
