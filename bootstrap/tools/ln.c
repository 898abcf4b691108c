/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ln [-s] TARGET NAME: make the symbolic link NAME that points to TARGET. */
#include "tool.h"

#include <string.h>
#include <unistd.h>

const char *tool = "ln";

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 1 && strcmp(argv[1], "-s") == 0)
		i = 2;
	if (argc - i != 2)
		fail("usage", "ln [-s] TARGET NAME");
	if (symlink(argv[i], argv[i + 1]) < 0)
		fail("cannot make link", argv[i + 1]);
	return 0;
}
