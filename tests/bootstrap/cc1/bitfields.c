/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

struct flags {
	unsigned a : 1;
	unsigned b : 3;
	int c : 5;
	unsigned d : 16;
	unsigned e : 9;
	unsigned : 0;
	unsigned char f : 4;
	unsigned char g : 4;
	unsigned short h : 12;
};
struct packed {
	int kind;
	unsigned short weak : 1, hidden : 2, pad : 13;
	char last;
};

static struct flags table[2] = { { 1, 5, -3, 40000, 300, 9, 10, 2000 }, { .c = 7, .f = 3 } };

static void show(struct flags *f)
{
	printf("%d %d %d %d %d %d %d %d\n", f->a, f->b, f->c, f->d, f->e, f->f, f->g, f->h);
}

int main(void)
{
	struct flags f = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct packed p;

	show(&table[0]);
	show(&table[1]);
	show(&f);
	f.a = 3;
	f.b += 8;
	f.c = 15;
	f.c++;
	f.d = f.e = 70000;
	f.f++;
	f.g |= 9;
	f.h ^= 0xfff;
	show(&f);
	memset(&p, 0, sizeof(p));
	p.hidden = 3;
	p.pad = 5000;
	p.last = 'z';
	printf("%d %d %d %c %d\n", p.weak, p.hidden, p.pad, p.last, p.hidden > 2 && !p.weak);
	printf("%d %d\n", (int)sizeof(struct flags), (int)sizeof(struct packed));
	f.a = f.b = 2;
	printf("%d %d %d\n", f.a, f.b, f.c < 0);
	return 0;
}
