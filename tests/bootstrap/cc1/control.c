/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

/* A switch with holes, ranges that fall through, and a default in the middle. */
static int pick(int x)
{
	int n = 0;

	switch (x) {
	case 1:
		n += 1;
	case 2:
		n += 10;
		break;
	default:
		n = -1;
		break;
	case -7:
	case 300:
	case 301:
	case 302:
	case 303:
	case 304:
		n = x * 2;
		break;
	case 'a':
		return 97;
	}
	return n;
}

static int collatz(int n)
{
	int steps = 0;

	while (n != 1) {
		if (n & 1)
			n = 3 * n + 1;
		else
			n /= 2;
		steps++;
	}
	return steps;
}

int main(void)
{
	int i, j, n = 0;

	for (i = -8; i < 4; i++)
		printf("%d ", pick(i));
	printf("%d %d %d %d %d\n", pick(300), pick(302), pick(304), pick(305), pick('a'));
	for (i = 0; i < 10; i++) {
		if (i == 3)
			continue;
		if (i == 8)
			break;
		for (j = 0;; j++) {
			if (j > i)
				break;
			n += j;
		}
	}
	printf("%d %d\n", i, n);
	do {
		n--;
		if (n % 5 == 0)
			continue;
		n--;
	} while (n > 3);
	printf("%d %d %d\n", n, collatz(27), collatz(97));
	i = 0;
again:
	i++;
	if (i < 5)
		goto again;
	printf("%d\n", i);
	goto out;
	printf("never\n");
out:
	for (int k = 0, m = 10; k < m; k++, m--)
		n += k * m;
	printf("%d\n", n);
	for (i = 0; i < 6; i++) {
		switch (i % 3) {
		case 0:
			continue;
		case 1:
			switch (i) {
			case 1:
				n = 100;
				break;
			case 4:
				n = 400;
			}
			break;
		}
		printf("%d:%d ", i, n);
	}
	while (0)
		;
	if (n)
		;
	else
		n = 1;
	printf("%d\n", !(n > 3 && (n < 5 || !(n == 400))));
	return 7;
}
