/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/view.h"

/*
 * Writing JSON, one value after the other, without a blank: all that this program writes comes from here.
 * NAME is the member's name, or NULL for an item of an array and for the outermost value. Commas come by
 * themselves, seen from the last byte of B, so a document begins in an empty buffer or behind a line end.
 * Whoever signs or hashes a document writes its members in the order of RFC 8785; all else of that form
 * follows. Errors show in buf_failed.
 */
void json_open(struct buf *b, const char *name); /* an object */
void json_close(struct buf *b);
void json_open_array(struct buf *b, const char *name);
void json_close_array(struct buf *b);

/* Adds the text V, escaped as RFC 8785 says. It must be UTF-8 (json_is_text). */
void json_put_string(struct buf *b, const char *name, struct view v);
/* The same for text that ends in NUL. */
void json_put(struct buf *b, const char *name, const char *text);
/*
 * Adds TEXT from outside for a report that people may print: control characters, and what is not UTF-8,
 * are spelled out as base/escape.h says.
 */
void json_put_escaped(struct buf *b, const char *name, const char *text);
/* Adds N bytes as text in lower-case hex. */
void json_put_hex(struct buf *b, const char *name, const unsigned char *bytes, size_t n);
void json_put_number(struct buf *b, const char *name, uint64_t n);
void json_put_integer(struct buf *b, const char *name, int64_t n);
/* Adds X with DIGITS digits behind the point, or, with -1, as many as it takes (%g). */
void json_put_real(struct buf *b, const char *name, double x, int digits);
void json_put_flag(struct buf *b, const char *name, bool value);
void json_put_null(struct buf *b, const char *name);
/* Adds V, which is JSON already. */
void json_put_json(struct buf *b, const char *name, struct view v);
/* Adds the time, SECONDS since 1970, as a text by RFC 3339. */
void json_put_time(struct buf *b, const char *name, int64_t seconds);

/* Lets the next member or item stand on a line of its own, for documents that people read and edit. */
void json_line(struct buf *b);

/* For a value that the caller adds: what must stand before it. It must be one value. */
void json_before(struct buf *b, const char *name);

#endif
