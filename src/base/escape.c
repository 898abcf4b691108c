/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>

size_t utf8_length(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	if (p[0] < 0x80)
		return 1;
	size_t want = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
	if (!want || want > n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
	    (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return want;
}

/* Returns the code point of the well-formed character of N bytes at TEXT. */
static uint32_t code_point(const char *text, size_t n)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = (unsigned char)text[0] & first[n];
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return c;
}

/* Returns whether C must not reach a reader as it is. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e ||
	       c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Adds the control character C. */
static void add_control(struct buf *ret, uint32_t c, enum escape how)
{
	if (c == '\n' || c == '\t') {
		if (how == ESCAPE_LINES || how == ESCAPE_DOCUMENT)
			buf_addc(ret, (char)c);
		else
			buf_adds(ret, c == '\n' ? "\\n" : "\\t");
	} else if (c == '\r') {
		buf_adds(ret, "\\r");
	} else if (c < 0x80 && (how == ESCAPE_LINE || how == ESCAPE_LINES)) {
		buf_addf(ret, "\\x%02x", c);
	} else {
		buf_addf(ret, "\\u%04x", c);
	}
}

void escape_add(struct buf *ret, struct view text, enum escape how)
{
	for (size_t i = 0, n; i < text.len; i += n ? n : 1) {
		const char *p = text.ptr + i;
		n = utf8_length(p, text.len - i);
		if (!n)
			buf_addf(ret, "%s\\x%02x",
				 how == ESCAPE_JSON || how == ESCAPE_DOCUMENT ? "\\" : "",
				 (unsigned)(unsigned char)*p);
		else if (is_control(code_point(p, n)))
			add_control(ret, code_point(p, n), how);
		else if (how == ESCAPE_JSON && (*p == '"' || *p == '\\'))
			buf_addf(ret, "\\%c", *p);
		else
			buf_add(ret, p, n);
	}
}

void escape_vaddf(struct buf *ret, const char *fmt, va_list ap)
{
	struct buf as_given = BUF_INIT, marked = BUF_INIT, other = BUF_INIT;
	va_list again;
	/*
	 * The same text with the format's own control characters replaced: where the two differ, the
	 * character is the format's; one that stands in both came with an argument.
	 */
	for (const char *p = fmt; *p; p++)
		buf_addc(&other, (unsigned char)*p < 0x20 ? '\x7f' : *p);
	va_copy(again, ap);
	buf_vaddf(&as_given, fmt, ap);
	buf_vaddf(&marked, buf_str(&other), again);
	va_end(again);
	if (buf_failed(&as_given) || buf_failed(&marked) || buf_failed(&other))
		ret->failed = 1;
	size_t from = 0;
	for (size_t i = 0; !ret->failed && i < as_given.len; i++) {
		if (as_given.ptr[i] == marked.ptr[i])
			continue;
		escape_add(ret, (struct view){as_given.ptr + from, i - from}, ESCAPE_LINE);
		buf_addc(ret, as_given.ptr[i]);
		from = i + 1;
	}
	if (!ret->failed)
		escape_add(ret, (struct view){as_given.ptr + from, as_given.len - from},
			   ESCAPE_LINE);
	buf_release(&as_given);
	buf_release(&marked);
	buf_release(&other);
}

void escape_addf(struct buf *ret, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	escape_vaddf(ret, fmt, ap);
	va_end(ap);
}
