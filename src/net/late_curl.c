/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/late_curl.h"

#include <pthread.h>

#include "sonames.h"

CURL_SYMBOLS(LATE_DEFINE)

static const struct late_symbol symbols[] = {CURL_SYMBOLS(LATE_SYMBOL)};
static struct late library = LATE_INIT(SONAME_LIBCURL, symbols);

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_up(void)
{
	sym_curl_global_init(CURL_GLOBAL_ALL);
}

int late_curl(struct fault *f)
{
	int r = late_load(&library, f);
	if (r == 0)
		pthread_once(&once, set_up);
	return r;
}
