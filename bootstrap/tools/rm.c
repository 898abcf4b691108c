/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rm [-r] FILE...: remove files, with -r folders too. */
#include "tool.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tool = "rm";
static int recursive;

/* Remove a file, or a folder with all that is in it. */
static void discard(const char *name)
{
	struct stat s;
	DIR *dir;
	struct dirent *e;
	char *path;

	if (lstat(name, &s) < 0)
		fail("cannot find", name);
	if (!S_ISDIR(s.st_mode)) {
		if (unlink(name) < 0)
			fail("cannot remove", name);
		return;
	}
	if (!recursive)
		fail("is a folder (-r is not given)", name);
	dir = opendir(name);
	if (dir == 0)
		fail("cannot read folder", name);
	while ((e = readdir(dir)) != 0) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		path = join(name, e->d_name);
		discard(path);
		free(path);
	}
	closedir(dir);
	if (rmdir(name) < 0)
		fail("cannot remove", name);
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && strcmp(argv[1], "-r") == 0) {
		recursive = 1;
		i = 2;
	}
	if (i == argc)
		fail("usage", "rm [-r] FILE...");
	for (; i < argc; i++)
		discard(argv[i]);
	return 0;
}
