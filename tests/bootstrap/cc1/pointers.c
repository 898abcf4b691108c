/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

int matrix[3][4];
int *cursor = &matrix[1][2];
char text[] = "pointer";
char *end = text + 6;
int (*row)[4] = &matrix[2];

static void swap(int *a, int *b)
{
	int t = *a;

	*a = *b;
	*b = t;
}

static int length(const char *s)
{
	const char *p = s;

	while (*p++)
		;
	return p - s - 1;
}

static char **skip(char **v)
{
	return v + 1;
}

int main(void)
{
	int i, j, x = 3, y = 4;
	int *p = matrix[0];
	int **pp = &p;
	char *words[] = { "one", "two", "three", 0 };
	char **w;
	short s[5] = { 1, 2, 3, 4, 5 }, *sp = s + 4;
	unsigned char bytes[4];
	void *v = &x;

	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++)
			matrix[i][j] = i * 10 + j;
	swap(&x, &y);
	printf("%d %d %d %d\n", x, y, *cursor, (*row)[3]);
	printf("%d %d %d %d\n", p[5], *(p + 6), 7 [p], **pp);
	*p++ = 100;
	*++p = 200;
	(*p)--;
	printf("%d %d %d %d\n", matrix[0][0], matrix[0][1], matrix[0][2], (int)(p - matrix[0]));
	printf("%c %c %d %s\n", *end, end[-1], length(text), &text[3]);
	for (w = words; *w; w++)
		printf("%s%s", *w, w[1] ? " " : "\n");
	printf("%s %c %d\n", *skip(words), (*skip(words))[1], (int)(skip(words) - words));
	printf("%d %d %d\n", (int)(sp - s), sp > s, *sp - sp[-2]);
	memset(bytes, 255, 4);
	*(short *)(bytes + 1) = 0x1234;
	printf("%d %d %d %d\n", bytes[0], bytes[1], bytes[2], bytes[3]);
	*(int *)v += 5;
	printf("%d %d %d\n", x, !v, v == &x);
	printf("%d %d %d %d\n", (int)sizeof(matrix), (int)sizeof(matrix[0]), (int)sizeof(words), (int)sizeof(*words));
	pp[0] = &y;
	**pp = 77;
	printf("%d\n", y);
	x = 0;
	s[x++] += 10;
	s[x++] *= 10;
	*(s + x++) -= 10;
	printf("%d %d %d %d\n", s[0], s[1], s[2], x);
	return 0;
}
