/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmp FILE FILE: end with status 1 unless the two files are the same. */
#include "tool.h"

#include <string.h>

const char *tool = "cmp";

int main(int argc, char **argv)
{
	char *a;
	char *b;
	size_t m;
	size_t n;

	if (argc != 3)
		fail("usage", "cmp FILE FILE");
	a = read_whole(argv[1], &m);
	b = read_whole(argv[2], &n);
	if (m != n || memcmp(a, b, m) != 0)
		fail("differs from the other", argv[1]);
	return 0;
}
