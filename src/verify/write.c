/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/write.h"

#include <stdbool.h>
#include <string.h>

#include "base/escape.h"

enum { LISTED_MAX = 50 }; /* differences of one output that a text shows */

void write_member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, ",\"%s\":\"", name);
	escape_add(b, view_of(value), ESCAPE_JSON);
	buf_addc(b, '"');
}

void write_digest(struct buf *b, const char *name, const struct digest *d)
{
	buf_addf(b, ",\"%s\":\"", name);
	hex_add(b, d->b, DIGEST_LEN);
	buf_addc(b, '"');
}

/* Adds TEXT, escaped, as one word of sh. */
static void write_word(struct buf *b, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%";
	bool quote = !*text || strspn(text, plain) != strlen(text);
	buf_adds(b, quote ? "'" : "");
	while (*text) {
		size_t n = strcspn(text, "'");
		escape_add(b, (struct view){text, n}, ESCAPE_LINE);
		text += n;
		if (*text == '\'') {
			buf_adds(b, "'\\''");
			text++;
		}
	}
	buf_adds(b, quote ? "'" : "");
}

void write_closer_look(struct buf *ret, const char *a, const char *b)
{
	buf_adds(ret, "  to look closer: diffoscope ");
	write_word(ret, a);
	buf_addc(ret, ' ');
	write_word(ret, b);
	buf_addc(ret, '\n');
}

void write_differences(struct buf *b, const struct differences *d)
{
	for (size_t i = 0; i < d->n && i < LISTED_MAX; i++)
		escape_addf(b, "  %s: %s: %s\n", d->items[i].path,
			    difference_word(d->items[i].kind), d->items[i].detail);
	if (d->n > LISTED_MAX)
		buf_addf(b, "  … and %zu more\n", d->n - LISTED_MAX);
}

void write_differences_json(struct buf *b, const struct differences *d)
{
	buf_adds(b, ",\"differences\":[");
	for (size_t i = 0; i < d->n; i++) {
		buf_addf(b, "%s{\"kind\":\"%s\"", i ? "," : "",
			 difference_word(d->items[i].kind));
		write_member(b, "path", d->items[i].path);
		write_member(b, "detail", d->items[i].detail);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}
