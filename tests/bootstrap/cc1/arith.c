/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

int zero = 0;
unsigned big = 0xf0000000u;
signed char sc = -100;
unsigned char uc = 200;
short ss = -30000;
unsigned short us = 60000;

/* Operands that the compiler cannot know. */
int id(int x)
{
	return x + zero;
}

int main(void)
{
	int a = id(17), b = id(-5);
	unsigned u = id(17), v = id(-5);
	int i;

	printf("%d %d %d %d %d\n", a + b, a - b, a * b, a / b, a % b);
	printf("%u %u %u %u %u\n", u + v, u - v, u * v, v / u, v % u);
	printf("%d %d %d %d %d %d\n", a & b, a | b, a ^ b, ~a, -a, !a);
	printf("%d %d %u %d\n", a << 3, b >> 1, v >> 1, (int)(big >> 28));
	printf("%d %d %d %d %d %d\n", a < b, a > b, a <= b, a >= b, a == b, a != b);
	printf("%d %d %d %d\n", u < v, u > v, u <= v, u >= v);
	printf("%d %d %d %d\n", sc + uc, ss + us, sc * uc, (char)(uc + 100));
	printf("%d %d %d\n", (short)(us + 10000), (unsigned char)(sc), (unsigned short)ss);
	printf("%d %d %d %d\n", a && zero, a || zero, zero && a / zero, 1 || a / zero);
	printf("%d %d %d\n", a ? b : 3, zero ? b : 3, (a > 3 ? 10 : 20) + (b > 3 ? 1 : 2));
	printf("%d %d\n", (a, b), a + (b, 3));
	a += 5, b -= 5, u *= 3, v /= 7;
	printf("%d %d %u %u\n", a, b, u, v);
	a %= 7, b <<= 2, u >>= 1, v |= 1, i = a;
	printf("%d %d %u %u\n", a, b, u, v);
	a ^= 0x55, b &= 0xff;
	printf("%d %d\n", a, b);
	printf("%d\n", sc++);
	printf("%d\n", ++uc);
	printf("%d %d\n", sc, uc);
	printf("%d %d %d\n", 0x7fffffff + 1 < 0, -1 < 1u, 'a' + 1);
	printf("%u %d %d %d\n", 4000000000u, 0777, 0xFf, '\x41');
	printf("%d %d\n", a - b - 3 * id(2) - (id(4) - id(1)), id(100) / 8 * 8 % 7);
	printf("%u %u %u\n", v / 8, v % 16, (unsigned)id(-1) / 3);
	printf("%d %d %d\n", id(-7) / 2, id(-7) % 2, id(-8) >> 1);
	return 0;
}
