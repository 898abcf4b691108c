/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/range.h"

#include <stdbool.h>
#include <string.h>

/* Reads decimal digits at *P. Returns whether there were any (and they are a sane number). */
static bool read_number(const char **p, uint64_t *ret)
{
	const char *start = *p;
	uint64_t n = 0;
	for (; **p >= '0' && **p <= '9' && *p - start < 18; (*p)++)
		n = n * 10 + (uint64_t)(**p - '0');
	*ret = n;
	return *p != start;
}

int range_parse(const char *text, uint64_t size, uint64_t *from, uint64_t *len)
{
	uint64_t a = 0, b = 0;
	if (strncmp(text, "bytes=", 6) != 0)
		return 0;
	text += 6;
	bool has_a = read_number(&text, &a);
	if (*text++ != '-')
		return 0;
	bool has_b = read_number(&text, &b);
	if (*text || (!has_a && !has_b) || (has_a && has_b && b < a))
		return 0; /* also several ranges at once: all of it is a right answer */
	if (!has_a) {
		*len = b < size ? b : size;
		*from = size - *len;
		return *len ? 1 : -1;
	}
	if (a >= size)
		return -1;
	*from = a;
	*len = (has_b && b < size - 1 ? b : size - 1) - a + 1;
	return 1;
}
