/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outputs STORE N: makes a store of N outputs with their history, see tests/unit/many.h. */
#include "../unit/many.h"

int main(int argc, char **argv)
{
	struct fault f = FAULT_INIT;
	if (argc < 3)
		return 1;
	int r = many_make(argv[1], strtoul(argv[2], NULL, 10), &f);
	if (r < 0)
		fprintf(stderr, "%d %s\n", r, f.what);
	return r < 0;
}
