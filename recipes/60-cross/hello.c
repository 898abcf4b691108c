/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("hello from %s\n", argc > 0 ? argv[0] : "nowhere");
	return 0;
}
