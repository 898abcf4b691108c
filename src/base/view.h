/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A view: bytes that somebody else owns. Bytes from outside travel as views and are never taken to
 * end in NUL.
 */
struct view {
	const char *ptr; /* may be NULL when len is 0 */
	size_t len;      /* bytes */
};

/* Returns a view of the NUL-terminated S, without its NUL. */
static inline struct view view_of(const char *s)
{
	return (struct view){s, strlen(s)};
}

/* Returns whether A and B hold the same bytes. */
static inline bool view_eq(struct view a, struct view b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Returns whether V holds exactly the bytes of the NUL-terminated S. */
static inline bool view_is(struct view v, const char *s)
{
	return view_eq(v, view_of(s));
}

/* Takes PREFIX off the front of V. Returns whether it was there. */
static inline bool view_skip(struct view *v, const char *prefix)
{
	size_t n = strlen(prefix);
	if (v->len < n || (n && memcmp(v->ptr, prefix, n) != 0))
		return false;
	v->ptr += n;
	v->len -= n;
	return true;
}

/* Takes the next line off TEXT; RET is it without its LF. Returns whether there was a whole one. */
static inline bool view_line(struct view *text, struct view *ret)
{
	const char *lf = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
	if (!lf)
		return false;
	*ret = (struct view){text->ptr, (size_t)(lf - text->ptr)};
	text->ptr = lf + 1;
	text->len -= ret->len + 1;
	return true;
}

/*
 * Reads V, which must be all of a decimal number without leading zeros, of 18 digits at most. Returns whether it
 * was one.
 */
static inline bool view_number(struct view v, uint64_t *ret)
{
	uint64_t n = 0;
	if (!v.len || v.len > 18 || (v.len > 1 && v.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] < '0' || v.ptr[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.ptr[i] - '0');
	}
	*ret = n;
	return true;
}

/* Orders A and B as byte strings, a prefix first: <0, 0, >0 like memcmp. */
static inline int view_cmp(struct view a, struct view b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

#endif
