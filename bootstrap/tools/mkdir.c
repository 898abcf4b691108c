/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mkdir [-p] FOLDER...: make folders, and those above them. A folder that exists is no error. */
#include "tool.h"

#include <string.h>
#include <sys/stat.h>

const char *tool = "mkdir";

/* Make the folder called path, from the top down. */
static void make(char *path)
{
	char *p;

	for (p = path + 1; *p; p++) {
		if (*p == '/') {
			*p = 0;
			if (!is_folder(path))
				mkdir(path, 0777);
			*p = '/';
		}
	}
	if (!is_folder(path) && mkdir(path, 0777) < 0)
		fail("cannot make folder", path);
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && strcmp(argv[1], "-p") == 0)
		i = 2;
	if (i == argc)
		fail("usage", "mkdir [-p] FOLDER...");
	for (; i < argc; i++)
		make(argv[i]);
	return 0;
}
