/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catm OUTPUT INPUT...: write the inputs one after the other to the output. */
#include "tool.h"

#include <fcntl.h>
#include <unistd.h>

const char *tool = "catm";

int main(int argc, char **argv)
{
	int fd;
	int i;

	if (argc < 2)
		fail("usage", "catm OUTPUT INPUT...");
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0)
		fail("cannot write", argv[1]);
	for (i = 2; i < argc; i++)
		copy_to(fd, argv[i]);
	if (close(fd) < 0)
		fail("write error", argv[1]);
	return 0;
}
