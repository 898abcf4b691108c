/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chmod MODE FILE...: set the mode, an octal number. */
#include "tool.h"

#include <stdlib.h>
#include <sys/stat.h>

const char *tool = "chmod";

int main(int argc, char **argv)
{
	char *end;
	unsigned long mode;
	int i;

	if (argc < 3)
		fail("usage", "chmod MODE FILE...");
	mode = strtoul(argv[1], &end, 8);
	if (*end || end == argv[1])
		fail("not an octal number", argv[1]);
	for (i = 2; i < argc; i++)
		if (chmod(argv[i], mode) < 0)
			fail("cannot change the mode of", argv[i]);
	return 0;
}
