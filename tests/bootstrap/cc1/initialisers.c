/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

struct pair {
	int k;
	char *v;
};
struct deep {
	int n;
	struct pair p[2];
	char c[4];
};
enum color { RED, GREEN = 5, BLUE };

int numbers[] = { 1, 2, 3, [6] = 7, 8 };
struct pair pairs[] = { { 1, "one" }, { 2, "two" }, 3, "three" };
struct deep deep = { 1, { { 2, "x" }, { 3 } }, "abc" };
struct deep flat = { 1, 2, "y", 3, "z", 'p', 'q' };
struct pair named = { .v = "named", .k = GREEN };
char exact[3] = "abc";
char *strings[2][2] = { { "a", "b" }, { "c" "d", "e" } };
int *inside = &numbers[3];
char *tail = "hello" + 2;
struct pair *second = &pairs[1];
char **value = &pairs[2].v;
int negative = -3 * BLUE + (1 << 4), flag = sizeof(struct deep) > 10 ? 4 : 5;
double ratio = 0.75, ratios[] = { 1, 2.5, -3 };
float half = 0.5f;
long long wide = 0x123456789abcLL, minus = -2;
unsigned char small = 300 & 0xff;
int (*function)(const char *, ...) = printf;
static int grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
union {
	int i;
	char c[4];
} both = { 0x41424344 };

static int counter(void)
{
	static int n = 10;
	static char *names[] = { "n" };

	return n++ + names[0][0];
}

int main(void)
{
	int local[] = { 5, 6, 7 };
	int cleared[8] = { 1 };
	struct deep d = { 9, { { 8, "w" } } };
	struct pair p = pairs[1], q[2] = { pairs[0], { 4, "four" } };
	char word[] = "word", more[10] = "more";
	int i, sum = 0;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		printf("%d ", numbers[i]);
	printf("\n%s %s %d %d\n", pairs[1].v, pairs[2].v, pairs[2].k, (int)(sizeof(pairs) / sizeof(*pairs)));
	printf("%d %s %d %d %s\n", deep.n, deep.p[0].v, deep.p[1].k, deep.p[1].v == 0, deep.c);
	printf("%s %s %c%c%d\n", flat.p[0].v, flat.p[1].v, flat.c[0], flat.c[1], flat.c[2]);
	printf("%s %d %c %s %s\n", named.v, named.k, exact[2], strings[1][0], strings[0][1]);
	printf("%d %s %s %s\n", *inside, tail, second->v, *value);
	printf("%d %d %.2f %.2f %.2f %.1f\n", negative, flag, ratio, ratios[1], ratios[2], half);
	printf("%llx %lld %d\n", wide, minus, small);
	function("%d %d %c\n", grid[1][0], grid[0][2], both.c[1]);
	for (i = 0; i < 8; i++)
		sum += cleared[i];
	printf("%d %d %d %d\n", local[2], (int)sizeof(local), sum, cleared[0]);
	printf("%d %s %d %d\n", d.n, d.p[0].v, d.p[1].k, d.c[3]);
	printf("%s %s %s %d %s %d %d\n", p.v, q[0].v, q[1].v, q[1].k, word, (int)sizeof(word), more[9]);
	printf("%d %d %d\n", counter(), counter(), RED + BLUE);
	return 0;
}
