/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

typedef int number;
typedef struct tag {
	number n;
} tag;
enum { A, B, C };

static int x = 1;
int shared;
int shared;

static int count(void)
{
	static int x;

	return ++x;
}

static int count2(void)
{
	static int x = 100;

	return ++x;
}

int main(void)
{
	int x = 2, y;
	number number = 3;
	struct tag t = { 4 };
	tag *p = &t;

	{
		int x = 5;
		struct tag {
			char c[10];
		};
		enum { A = 50, D };
		typedef char tag;

		printf("%d %d %d %d %d\n", x, (int)sizeof(struct tag), (int)sizeof(tag), A, D);
	}
	{
		extern int shared;

		shared = 9;
	}
	y = count() + count() + count2();
	printf("%d %d %d %d %d %d\n", x, number, p->n, A, shared, y);
	for (int x = 0; x < 2; x++) {
		int y = x * 10;

		printf("%d %d\n", x, y);
	}
	if (1) {
		int z[3] = { 1, 2, 3 };
		int x = z[2];

		y = x;
	}
	printf("%d %d\n", x, y);
	return 0;
}
