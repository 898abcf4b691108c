/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = 0;
	if (b->ptr)
		b->ptr[0] = '\0';
}

int buf_reserve(struct buf *b, size_t extra)
{
	if (b->failed)
		return -ENOMEM;
	if (extra < b->cap - b->len)
		return 0;
	if (extra > SIZE_MAX / 2 - b->len - 1) {
		b->failed = 1;
		return -ENOMEM;
	}
	size_t want = b->len + extra + 1;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < want)
		cap += cap / 2;
	char *p = realloc(b->ptr, cap);
	if (!p) {
		b->failed = 1;
		return -ENOMEM;
	}
	b->ptr = p;
	b->cap = cap;
	return 0;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (buf_reserve(b, n) < 0)
		return;
	if (n)
		memcpy(b->ptr + b->len, bytes, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void buf_addv(struct buf *b, struct view v)
{
	buf_add(b, v.ptr, v.len);
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && buf_reserve(b, (size_t)n) == 0) {
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	} else {
		b->failed = 1;
	}
	va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

int buf_failed(const struct buf *b)
{
	return b->failed ? -ENOMEM : 0;
}

char *buf_detach(struct buf *b)
{
	if (b->failed || buf_reserve(b, 0) < 0) {
		buf_release(b);
		return NULL;
	}
	b->ptr[b->len] = '\0';
	char *p = b->ptr;
	*b = (struct buf)BUF_INIT;
	return p;
}

struct view buf_view(const struct buf *b)
{
	return (struct view){b->ptr, b->len};
}

const char *buf_str(const struct buf *b)
{
	return b->ptr ? b->ptr : "";
}
