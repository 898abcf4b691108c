/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wide.c: the arithmetic on 64-bit integers that cc1 leaves to functions. */

static unsigned long long rest; /* remainder of the last udiv */

/* a / b, setting rest; bit by bit, unless both fit in 32 bits. */
static unsigned long long udiv(unsigned long long a, unsigned long long b)
{
	unsigned long long q = 0;
	unsigned long long r = 0;
	int i;

	if ((unsigned)(a >> 32) == 0 && (unsigned)(b >> 32) == 0) {
		rest = (unsigned)a % (unsigned)b;
		return (unsigned)a / (unsigned)b;
	}
	for (i = 0; i < 64; i++) {
		r = r << 1;
		if ((long long)a < 0)
			r = r + 1;
		a = a << 1;
		q = q << 1;
		if (r >= b) {
			r = r - b;
			q = q + 1;
		}
	}
	rest = r;
	return q;
}

unsigned long long __cc1_udiv64(unsigned long long a, unsigned long long b)
{
	return udiv(a, b);
}

unsigned long long __cc1_umod64(unsigned long long a, unsigned long long b)
{
	udiv(a, b);
	return rest;
}

long long __cc1_div64(long long a, long long b)
{
	unsigned long long q = udiv(a < 0 ? -a : a, b < 0 ? -b : b);

	if ((a < 0) != (b < 0))
		return -q;
	return q;
}

long long __cc1_mod64(long long a, long long b)
{
	udiv(a < 0 ? -a : a, b < 0 ? -b : b);
	if (a < 0)
		return -rest;
	return rest;
}

unsigned long long __cc1_float_to_unsigned(long double x)
{
	if (x >= 9223372036854775808.0L)
		return (unsigned long long)(long long)(x - 9223372036854775808.0L) ^ (1ULL << 63);
	return (long long)x;
}

/* Half of v is exact as a signed number; twice that plus the last bit is exact too. */
long double __cc1_unsigned_to_float(unsigned long long v)
{
	long double half = (long long)(v >> 1);

	return half + half + (int)(v & 1);
}
