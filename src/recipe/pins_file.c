/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe/pins_file.h"

#include <errno.h>
#include <string.h>

size_t pins_key(const char *line)
{
	const char *one = strchr(line, ' ');
	const char *two = one ? strchr(one + 1, ' ') : NULL;
	return two ? (size_t)(two + 1 - line) : 0;
}

int pins_parse(struct view text, const char *path, struct strlist *ret, struct fault *f)
{
	struct view line;
	int r = 0;
	if (!view_line(&text, &line) || !view_is(line, PINS_MAGIC))
		return fault_set(f, ERR_SYNTAX, "%s:1: expected '%s'", path, PINS_MAGIC);
	for (size_t n = 2; r == 0 && text.len; n++) {
		/* A NUL byte would hide what stands behind it. */
		bool ok = view_line(&text, &line) && !memchr(line.ptr, 0, line.len);
		r = ok ? strlist_addf(ret, "%.*s", (int)line.len, line.ptr) : 0;
		if (r < 0)
			return fault_set(f, -ENOMEM, "%s:", path);
		if (!ok || !pins_key(ret->items[ret->n - 1]))
			r = fault_set(f, ERR_SYNTAX, "%s:%zu: expected 'PIN NAME VERSION URI'",
				      path, n);
	}
	strlist_sort(ret);
	return r;
}
