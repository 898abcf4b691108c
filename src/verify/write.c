/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/write.h"

#include <stdbool.h>
#include <string.h>

#include "base/escape.h"
#include "json/write.h"

enum { LISTED_MAX = 50 }; /* differences of one output that a text shows */

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
	json_open_array(b, "differences");
	for (size_t i = 0; i < d->n; i++) {
		json_open(b, NULL);
		json_put(b, "kind", difference_word(d->items[i].kind));
		json_put_escaped(b, "path", d->items[i].path);
		json_put_escaped(b, "detail", d->items[i].detail);
		json_close(b);
	}
	json_close_array(b);
}
