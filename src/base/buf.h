/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/view.h"

/*
 * A growing byte buffer. Always NUL-terminated after the first addition, so that text in it can be
 * handed to C functions. Running out of memory is reported once: the buffer becomes "failed", later
 * additions do nothing, and buf_failed() tells; callers may check once at the end.
 */
struct buf {
	char *ptr;  /* owned; NULL before the first addition */
	size_t len; /* bytes in use, without the NUL */
	size_t cap; /* bytes allocated */
	int failed; /* an allocation failed: the content is incomplete */
};

#define BUF_INIT \
	{ \
		NULL, 0, 0, 0 \
	}

/* Frees what B owns and makes it empty. */
void buf_release(struct buf *b);
/* Empties B and keeps its memory. */
void buf_clear(struct buf *b);
/* Makes room for EXTRA more bytes and a NUL. Returns 0 or -ENOMEM. */
int buf_reserve(struct buf *b, size_t extra);
/* Adds N bytes. */
void buf_add(struct buf *b, const void *bytes, size_t n);
/* Adds a view. */
void buf_addv(struct buf *b, struct view v);
/* Adds a NUL-terminated text. */
void buf_adds(struct buf *b, const char *s);
/* Adds one byte. */
void buf_addc(struct buf *b, char c);
/* Adds formatted text. */
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap);
/* Returns 0, or -ENOMEM when an addition was lost. */
int buf_failed(const struct buf *b);
/* Hands the bytes (NUL-terminated, malloc'd) to the caller and empties B. NULL when failed. */
char *buf_detach(struct buf *b);
/* Returns a view of the content, valid until B changes. */
struct view buf_view(const struct buf *b);
/* Returns the content as a C string ("" when empty), valid until B changes. */
const char *buf_str(const struct buf *b);

#endif
