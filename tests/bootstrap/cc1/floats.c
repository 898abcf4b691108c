/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

double d = 1.5, small = 1e-10, large = 6.02e23, third = 0.25;
float f = 3.14159f;
long double l = 2.5L;

static double half(double x)
{
	return x / 2;
}

static float square(float x)
{
	return x * x;
}

static long double sum(int n, long double first, double second)
{
	return n + first + second;
}

static double series(int n)
{
	double s = 0;
	int i;

	for (i = 1; i <= n; i++)
		s += 1.0 / ((double)i * i);
	return s;
}

int main(void)
{
	double a = 10, b = -0.25, c;
	int i = 7;
	unsigned u = 4000000000u;
	long long w = -5000000000LL;
	unsigned long long v = 18000000000000000000ULL;
	double t[3] = { 1, 2, 3 };

	printf("%.3f %.3f %.3f %.3f %.3f\n", a + b, a - b, a * b, a / b, -a);
	printf("%d %d %d %d %d %d\n", a < b, a > b, a <= b, a >= b, a == b, a != b);
	printf("%.4f %.4f %.4f\n", half(d), square(f), (double)sum(1, l, d));
	printf("%.3f %.3f %.1f %.1f\n", (double)i, (double)u, (double)w, (double)v / 1e10);
	printf("%d %d %u %lld %llu\n", (int)b, (int)-2.9, (unsigned)3e9, (long long)-5e9, (unsigned long long)1.5e19);
	printf("%.6f %d\n", series(1000), (int)(series(10) * 1000));
	printf("%.2f %.2f\n", i / 2 + 0.5, i / 2.0);
	c = a;
	c += 1;
	c *= i;
	c++;
	t[1] -= 0.5;
	t[2] /= 4;
	printf("%.2f %.2f %.2f\n", c, t[1], t[2]);
	printf("%d %d %d\n", !b, a && b, b ? 1 : 2);
	printf("%.2f %.2f\n", a > 5 ? a : b, i > 5 ? i : b);
	printf("%d %d %d\n", (int)sizeof(f), (int)sizeof(d), (int)sizeof(1.0f));
	printf("%d %d\n", small < 1e-9, large > 6e23);
	printf("%.4f %.4f\n", third, (a + b) * (a - b) / (d + f * (i - d)));
	f = 0.1;
	printf("%d %d\n", f == 0.1, f == 0.1f);
	printf("%.3f %.3f\n", 0x1.8p1, .5e1);
	c = large * large * large * large * large * large * large * large * large * large * large * large * large * large * large;
	c = c - c;
	printf("%d %d %d %d %d %d %d\n", c == c, c != c, c < c, c > c, c <= 1, c >= 1, c ? 1 : 0);
	if (c < 1)
		printf("less\n");
	if (!(c < 1))
		printf("not less\n");
	while (c == c)
		;
	return 0;
}
