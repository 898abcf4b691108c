/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct point {
	int x, y;
};
struct rect {
	struct point a, b;
	char name[5];
	short tag;
};
union word {
	int i;
	unsigned char b[4];
	struct {
		short low, high;
	};
};
struct node {
	struct node *next;
	int value;
	union {
		int number;
		char *text;
	};
	struct {
		char c;
	} inner;
};
typedef struct list *list_t;
struct list {
	list_t rest;
	struct point at;
};
struct empty_tail {
	int n;
	char tail[];
};

static struct point make(int x, int y)
{
	struct point p;

	p.x = x;
	p.y = y;
	return p;
}

static struct point add(struct point a, struct point b)
{
	return make(a.x + b.x, a.y + b.y);
}

static int area(struct rect r, int scale)
{
	r.a.x = r.b.x - r.a.x;
	return r.a.x * (r.b.y - r.a.y) * scale;
}

static struct rect grow(struct rect r)
{
	r.b.x++;
	r.b.y++;
	strcpy(r.name, "big");
	return r;
}

int main(void)
{
	struct rect r = { { 1, 2 }, { 5, 7 }, "r1", 9 }, q;
	struct rect *p = &r;
	struct node nodes[3], *n;
	struct list l1, l2;
	union word w;
	int sum = 0;
	int i;

	q = r;
	q.a.x = 0;
	printf("%d %d %s %d\n", area(r, 1), area(q, 10), q.name, p->tag);
	printf("%d %d\n", add(make(1, 2), make(30, 40)).x, add(p->a, p->b).y);
	q = grow(grow(r));
	printf("%d %d %s %s\n", q.b.x, q.b.y, q.name, grow(q).name);
	w.i = 0x01020304;
	printf("%d %d %d %d\n", w.b[0], w.b[3], w.low, w.high);
	for (i = 0; i < 3; i++) {
		nodes[i].next = i < 2 ? &nodes[i + 1] : NULL;
		nodes[i].value = i + 1;
		nodes[i].inner.c = 'a' + i;
		nodes[i].number = i * i;
	}
	for (n = nodes; n; n = n->next)
		sum += n->value * 10 + n->number + n->inner.c;
	printf("%d\n", sum);
	nodes[0].next->next->value += 7;
	nodes[1].value++;
	++nodes[1].value;
	printf("%d %d\n", nodes[2].value, nodes[1].value);
	l1.rest = &l2;
	l1.rest->at = make(8, 9);
	l2.rest = 0;
	printf("%d %d\n", l2.at.x, (*l1.rest).at.y);
	printf("%d %d %d %d\n", (int)sizeof(struct rect), (int)sizeof(union word),
	       (int)sizeof(struct node), (int)sizeof(struct empty_tail));
	printf("%d %d %d\n", (int)offsetof(struct rect, name), (int)offsetof(struct rect, tag),
	       (int)offsetof(struct node, inner));
	*p = q;
	p->a = p->b;
	printf("%d %d %d\n", r.a.x, r.b.y, (sum > 3 ? r : q).a.y);
	return 0;
}
