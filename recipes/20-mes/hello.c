/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("hello from mescc: %d %s %x\n", argc, argv[0] ? "arguments" : "?", 48879);
	return 0;
}
