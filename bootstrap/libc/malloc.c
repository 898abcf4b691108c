/* SPDX-License-Identifier: GPL-3.0-or-later */
/* malloc.c: memory. A block is preceded by 8 bytes that hold its size. Freed blocks are kept in
   lists by size: powers of two up to 64 KiB, all larger ones in one list. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HEADER = 8,
	SMALLEST = 16,
	CLASSES = 13, /* 16 ... 65536 */
	LARGE = 65536,
	STEP = 262144 /* bytes asked from the kernel at a time */
};

struct block {
	size_t size;        /* usable bytes */
	struct block *next; /* next free block of the list; only while free */
};

static struct block *free_lists[CLASSES + 1];
static char *heap_at;
static char *heap_limit;

/* The list for blocks of n bytes; rounds *n up to the size of its blocks. */
static int class_for(size_t *n)
{
	size_t size = SMALLEST;
	int class = 0;

	if (*n > LARGE) {
		*n = (*n + 4095) & ~4095U;
		return CLASSES;
	}
	while (size < *n) {
		size = size * 2;
		class++;
	}
	*n = size;
	return class;
}

/* Take n bytes from the end of the heap. */
static char *extend(size_t n)
{
	char *p;
	size_t more;

	if (heap_at == 0) {
		heap_at = sbrk(0);
		heap_at = (char *)(((unsigned)heap_at + 15) & ~15U);
		heap_limit = heap_at;
		if (brk(heap_limit) < 0)
			return 0;
	}
	if ((size_t)(heap_limit - heap_at) < n) {
		more = (n - (heap_limit - heap_at) + STEP - 1) & ~(STEP - 1);
		if (brk(heap_limit + more) < 0)
			return 0;
		heap_limit = heap_limit + more;
	}
	p = heap_at;
	heap_at = heap_at + n;
	return p;
}

void *malloc(size_t n)
{
	int class = class_for(&n);
	struct block **link = &free_lists[class];
	struct block *b;

	while ((b = *link) != 0) {
		if (b->size >= n) {
			*link = b->next;
			return (char *)b + HEADER;
		}
		link = &b->next;
	}
	b = (struct block *)extend(n + HEADER);
	if (b == 0)
		return 0;
	b->size = n;
	return (char *)b + HEADER;
}

void free(void *p)
{
	struct block *b;
	size_t n;
	int class;

	if (p == 0)
		return;
	b = (struct block *)((char *)p - HEADER);
	n = b->size;
	class = class_for(&n);
	b->next = free_lists[class];
	free_lists[class] = b;
}

void *calloc(size_t n, size_t size)
{
	void *p = malloc(n * size);

	if (p)
		memset(p, 0, n * size);
	return p;
}

void *realloc(void *p, size_t n)
{
	struct block *b;
	void *q;

	if (p == 0)
		return malloc(n);
	b = (struct block *)((char *)p - HEADER);
	if (n <= b->size)
		return p;
	if ((char *)p + b->size == heap_at && n > LARGE) {
		/* the last block of the heap grows in place */
		class_for(&n);
		if (extend(n - b->size) == 0)
			return 0;
		b->size = n;
		return p;
	}
	q = malloc(n);
	if (q == 0)
		return 0;
	memcpy(q, p, b->size);
	free(p);
	return q;
}
