/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json/allocate.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *get(size_t n)
{
	void *p = malloc(n);
	if (!p) {
		dprintf(STDERR_FILENO, "%s: no memory to read JSON\n",
			program_invocation_short_name);
		_exit(EXIT_FAILURE);
	}
	return p;
}

static void setup(void)
{
	json_set_alloc_funcs(get, free);
}

void json_allocate_setup(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, setup);
}
