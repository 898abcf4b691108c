/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json/write.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "json/json.h"

/* Adds the comma before the next value, where one is missing. */
static void add_comma(struct buf *b)
{
	/* A text ends in a quote and a number in a digit, so these bytes are always JSON's own. */
	if (b->len && !memchr("{[:,\n", b->ptr[b->len - 1], 5))
		buf_addc(b, ',');
}

void json_line(struct buf *b)
{
	add_comma(b);
	buf_addc(b, '\n');
}

void json_before(struct buf *b, const char *name)
{
	add_comma(b);
	if (!name)
		return;
	json_add_string(b, view_of(name));
	buf_addc(b, ':');
}

void json_open(struct buf *b, const char *name)
{
	json_before(b, name);
	buf_addc(b, '{');
}

void json_close(struct buf *b)
{
	buf_addc(b, '}');
}

void json_open_array(struct buf *b, const char *name)
{
	json_before(b, name);
	buf_addc(b, '[');
}

void json_close_array(struct buf *b)
{
	buf_addc(b, ']');
}

void json_put_string(struct buf *b, const char *name, struct view v)
{
	json_before(b, name);
	json_add_string(b, v);
}

void json_put(struct buf *b, const char *name, const char *text)
{
	json_put_string(b, name, view_of(text));
}

void json_put_escaped(struct buf *b, const char *name, const char *text)
{
	json_before(b, name);
	buf_addc(b, '"');
	escape_add(b, view_of(text), ESCAPE_JSON);
	buf_addc(b, '"');
}

void json_put_hex(struct buf *b, const char *name, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	json_before(b, name);
	buf_addc(b, '"');
	for (size_t i = 0; i < n; i++) {
		buf_addc(b, digits[bytes[i] >> 4]);
		buf_addc(b, digits[bytes[i] & 15]);
	}
	buf_addc(b, '"');
}

void json_put_number(struct buf *b, const char *name, uint64_t n)
{
	json_before(b, name);
	buf_addf(b, "%" PRIu64, n);
}

void json_put_integer(struct buf *b, const char *name, int64_t n)
{
	json_before(b, name);
	buf_addf(b, "%" PRId64, n);
}

void json_put_real(struct buf *b, const char *name, double x, int digits)
{
	json_before(b, name);
	if (digits < 0)
		buf_addf(b, "%g", x);
	else
		buf_addf(b, "%.*f", digits, x);
}

void json_put_flag(struct buf *b, const char *name, bool value)
{
	json_before(b, name);
	buf_adds(b, value ? "true" : "false");
}

void json_put_null(struct buf *b, const char *name)
{
	json_before(b, name);
	buf_adds(b, "null");
}

void json_put_json(struct buf *b, const char *name, struct view v)
{
	json_before(b, name);
	buf_addv(b, v);
}

void json_put_time(struct buf *b, const char *name, int64_t seconds)
{
	char text[32] = "1970-01-01T00:00:00Z";
	time_t t = (time_t)seconds;
	struct tm tm;
	if (gmtime_r(&t, &tm))
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_put(b, name, text);
}
