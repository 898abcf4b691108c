/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a rebuild changes on purpose outside the sandbox. */

enum {
	IDS = 1000,     /* files made to have the numbers that the build would get */
	FOLDERS = 2000, /* made until one has a number as it must be */
};

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

/* Returns the name of the Ith folder beside PATH in RET, or false: too long. */
static bool beside(const char *path, int i, char ret[4096])
{
	int n = snprintf(ret, 4096, "%s.%d", path, i);
	return n > 0 && n < 4096;
}

int build_vary_folder(const char *path, bool odd)
{
	char other[4096];
	int r = mkdir(path, 0755) < 0 ? -errno : 0, kept = 0;
	while (r == 0 && kept < FOLDERS) {
		struct stat st;
		if (lstat(path, &st) < 0)
			r = -errno;
		else if ((st.st_ino & 1) == odd)
			break;
		/* Kept until another is found: its number would be given out again. */
		else if (!beside(path, kept, other))
			r = -ENAMETOOLONG;
		else if (rename(path, other) < 0)
			r = -errno;
		else if (++kept && mkdir(path, 0755) < 0)
			r = -errno;
	}
	for (int i = 0; i < kept; i++)
		if (beside(path, i, other) && rmdir(other) < 0 && r == 0)
			r = -errno;
	return r;
}
