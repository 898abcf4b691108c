/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/verify.h"

#include <string.h>

/* The axes, by bit. */
static const char *const AXES[] = {"aslr",  "cpus", "file-order", "kernel-name",
				   "umask", "user", "time",       "parallelism",
				   "ids",   "home", "memory",     "cpu"};
enum { NAXES = sizeof AXES / sizeof *AXES };

unsigned vary_parse(const char *name)
{
	if (strcmp(name, "all") == 0)
		return VARY_ALL;
	for (unsigned i = 0; i < NAXES; i++)
		if (strcmp(AXES[i], name) == 0)
			return 1u << i;
	return 0;
}

const char *vary_name(unsigned axis)
{
	for (unsigned i = 0; i < NAXES; i++)
		if (axis == 1u << i)
			return AXES[i];
	return "";
}
