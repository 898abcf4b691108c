/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>

typedef int (*op_t)(int, int);

static int add(int a, int b)
{
	return a + b;
}

static int mul(int a, int b)
{
	return a * b;
}

static op_t choose(int c)
{
	return c == '+' ? add : mul;
}

static int (*table[2])(int, int) = { add, mul };

static int sum(int n, ...)
{
	va_list list;
	int s = 0;

	va_start(list, n);
	while (n-- > 0)
		s += va_arg(list, int);
	va_end(list);
	return s;
}

static int mixed(const char *kinds, ...)
{
	va_list list, copy;
	int r = 0;

	va_start(list, kinds);
	va_copy(copy, list);
	for (; *kinds; kinds++) {
		if (*kinds == 'i')
			r += va_arg(list, int);
		else if (*kinds == 'd')
			r += va_arg(list, double) * 10;
		else if (*kinds == 'l')
			r += va_arg(list, long long) >> 32;
		else
			r += *va_arg(list, char *);
	}
	r = r * 10 + va_arg(copy, int);
	va_end(list);
	return r;
}

static int apply(int f(int, int), int a, int b)
{
	return f(a, b) + (*f)(b, a);
}

static int ackermann(int m, int n)
{
	if (m == 0)
		return n + 1;
	if (n == 0)
		return ackermann(m - 1, 1);
	return ackermann(m - 1, ackermann(m, n - 1));
}

static char narrow(int x)
{
	return x;
}

static unsigned char unarrow(int x)
{
	return x;
}

static int later();
extern int counter;

int main(void)
{
	struct {
		op_t op;
		int x;
	} s = { mul, 6 };
	op_t *p = table;

	printf("%d %d\n", choose('+')(3, 4), choose('*')(3, 4));
	printf("%d %d %d\n", table[0](5, 6), (*table[1])(5, 6), p[1](2, 3));
	printf("%d %d\n", s.op(s.x, 7), apply(add, 1, 2));
	printf("%d %d\n", sum(0), sum(5, 1, 2, 3, 4, 5));
	printf("%d\n", mixed("idlsi", 5, 2.5, 7LL << 32, "A", 100));
	printf("%d %d %d\n", ackermann(2, 3), narrow(200), unarrow(-1));
	printf("%d %d\n", later(20), counter);
	{
		extern int counter;
		int add = 5;

		counter += add;
	}
	printf("%d %d\n", counter, choose('+') == add);
	return 0;
}

int counter = 3;

static int later(int x)
{
	counter++;
	return x + counter;
}
