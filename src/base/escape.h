/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdarg.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/view.h"

/*
 * Text from outside (build output, file names, what peers say, recipes) for terminals and reports.
 * Whatever a terminal or a reader could take for something else is spelled out: control characters (C0,
 * DEL, C1), characters that change the direction of text or end a line (U+061C, U+200E, U+200F,
 * U+2028 to U+202E, U+2066 to U+2069), and bytes that are not UTF-8. The rest stays as it is, a
 * backslash too, so the result is for reading, not for getting the bytes back.
 */
enum escape {
	ESCAPE_LINE,  /* one line: \n, \r, \t, \xNN, \uNNNN */
	ESCAPE_LINES, /* the same, but line feeds and tabs stay */
	ESCAPE_JSON, /* inside a JSON string, which gives the text back; bytes that are not UTF-8
			    become the four characters \xNN */
	ESCAPE_DOCUMENT, /* a whole JSON document, whose strings are escaped as JSON asks already */
};

/* Adds TEXT, escaped as HOW says, to RET. */
void escape_add(struct buf *ret, struct view text, enum escape how);
/*
 * Adds formatted text to RET: control characters of FMT itself stay, all else is escaped as
 * ESCAPE_LINE says. So an argument cannot begin a line of its own.
 */
void escape_addf(struct buf *ret, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void escape_vaddf(struct buf *ret, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/*
 * Returns the bytes of the UTF-8 character at P, of which N > 0 bytes are there; 0 when it is not
 * well-formed: cut short, overlong, a surrogate, or above U+10FFFF.
 */
size_t utf8_length(const char *p, size_t n);

#endif
