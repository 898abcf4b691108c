/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a rebuild changes on purpose outside the sandbox. */

enum { IDS = 1000 }; /* files made to have the numbers that the build would get */

/* Returns whether ARG is "-jN". */
static bool is_jobs(const char *arg)
{
	return strncmp(arg, "-j", 2) == 0 && arg[2] && !arg[2 + strspn(arg + 2, "0123456789")];
}

const char *const *build_vary_jobs(struct arena *a, const char *const *argv)
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	size_t n = 0;
	while (argv[n])
		n++;
	const char **ret = arena_array(a, n + 1, sizeof *ret);
	if (!ret)
		return NULL;
	bool make = strcmp(name, "make") == 0 || strcmp(name, "gmake") == 0;
	for (size_t i = 0; i < n; i++)
		ret[i] = make && i > 0 && is_jobs(argv[i]) ? "-j1" : argv[i];
	return ret;
}

int build_vary_ids(const char *folder, struct fault *f)
{
	char path[4096];
	int n = snprintf(path, sizeof path, "%s/ids", folder);
	if (n < 0 || (size_t)n + 16 > sizeof path)
		return fault_set(f, -ENAMETOOLONG, "cannot vary ids in %s:", folder);
	if (mkdir(path, 0755) < 0)
		return fault_set(f, -errno, "cannot make folder %s:", path);
	for (int i = 0; i < IDS; i++) {
		snprintf(path + n, sizeof path - (size_t)n, "/%d", i);
		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			return fault_set(f, -errno, "cannot create %s:", path);
		close(fd);
	}
	return 0;
}
