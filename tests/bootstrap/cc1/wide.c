/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

typedef unsigned long long u64;
typedef long long i64;

int zero;
i64 global = -5000000000LL;
u64 all = ~0ULL;

static i64 id(i64 x)
{
	return x + zero;
}

static u64 mix(u64 a, int b, u64 c)
{
	return (a ^ c) + b;
}

struct s {
	char c;
	i64 v;
};

int main(void)
{
	i64 a = id(0x123456789abcdefLL), b = id(-987654321);
	u64 u = a, v = b;
	int i = id(40);
	struct s s = { 1, 0x100000000LL };
	i64 table[3] = { 1, -1, 1LL << 40 };

	printf("%lld %lld %lld %lld %lld\n", a + b, a - b, a * b, a / b, a % b);
	printf("%llu %llu %llu\n", u + v, v / 1000, v % 1000);
	printf("%llx %llx %llx %llx\n", u & v, u | v, u ^ v, ~u);
	printf("%llx %llx %llx %llx\n", u << 4, u << i, v >> i, (u64)(b >> i));
	printf("%llx %llx %llx\n", u >> 4, u << 33, v >> 60);
	printf("%llx %llx\n", (u64)(b >> 3), (u64)(b >> 35));
	printf("%d %d %d %d %d %d\n", a < b, a > b, a <= b, a >= b, a == b, a != b);
	printf("%d %d %d %d\n", u < v, u > v, u <= v, u >= v);
	printf("%d %d %d %d\n", !a, a && b, zero || b, id(1LL << 32) ? 1 : 2);
	printf("%lld %lld %llu\n", -a, global, all);
	printf("%d %u %d\n", (int)a, (unsigned)b, (char)a);
	printf("%lld %lld %lld\n", (i64)i, (i64)-i, (i64)(unsigned)-i);
	a += 5;
	b *= -3;
	u >>= 8;
	v -= 1;
	a++;
	--b;
	printf("%lld %lld %llu %llu\n", a, b, u, v);
	printf("%llx %lld %lld\n", mix(1, -2, 3), s.v++, table[2] + table[1]);
	printf("%lld %d %d\n", s.v, (int)sizeof(s.v), (int)sizeof(i64));
	printf("%llu %llu\n", 18446744073709551615ULL, 0xffffffffULL * 0xffffffffULL);
	printf("%lld %lld\n", 3000000000 + 0, 1LL << 62);
	printf("%d %d\n", 0x80000000 > 0, 5000000000 > 4000000000);
	printf("%llu %llu\n", all / id(10), all % id(1000000007));
	printf("%lld %lld\n", id(-7) / 2, id(-7) % 3);
	return 0;
}
