/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/late_git.h"

#include <pthread.h>

#include "sonames.h"

GIT_SYMBOLS(LATE_DEFINE)

static const struct late_symbol symbols[] = {GIT_SYMBOLS(LATE_SYMBOL)};
static struct late library = LATE_INIT(SONAME_LIBGIT2, symbols);

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
	sym_git_libgit2_init();
}

int late_git(struct fault *f)
{
	int r = late_load(&library, f);
	if (r == 0)
		pthread_once(&once, set_up);
	return r;
}
