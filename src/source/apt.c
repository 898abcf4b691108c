/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/apt.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"

/* Takes the first line off TEXT, without its end. Returns whether there was one. */
static bool next_line(struct view *text, struct view *line)
{
	if (text->len == 0)
		return false;
	const char *end = memchr(text->ptr, '\n', text->len);
	size_t n = end ? (size_t)(end - text->ptr) : text->len;
	*line = (struct view){text->ptr, n};
	n += end != NULL;
	*text = (struct view){text->ptr + n, text->len - n};
	return true;
}

/* Adds the archive at URI, once, when it is of a kind that can be fetched. */
static int add_archive(struct strlist *list, struct view uri)
{
	static const char *const kinds[] = {"http:", "https:", "file:"};
	if (memchr(uri.ptr, 0, uri.len))
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i]);
		if (uri.len <= n || memcmp(uri.ptr, kinds[i], n) != 0)
			continue;
		FREE_PTR char *text = strndup(uri.ptr, uri.len);
		if (!text)
			return -ENOMEM;
		return strlist_has(list, text) ? 0 : strlist_add(list, text);
	}
	return 0;
}

int apt_archives_of_targets(struct view text, struct strlist *ret)
{
	struct view line;
	int r = 0;
	while (r == 0 && next_line(&text, &line))
		r = add_archive(ret, line);
	return r;
}

int apt_archives_of_update(struct view text, struct strlist *ret)
{
	struct view line;
	int r = 0;
	while (r == 0 && next_line(&text, &line)) {
		const char *dists = line.len && *line.ptr == '\''
					? memmem(line.ptr, line.len, "/dists/", 7)
					: NULL;
		if (dists)
			r = add_archive(
			    ret, (struct view){line.ptr + 1, (size_t)(dists - line.ptr - 1)});
	}
	return r;
}

struct view apt_setting(struct view text, const char *name)
{
	size_t n = strlen(name);
	struct view line;
	while (next_line(&text, &line))
		if (line.len > n + 1 && line.ptr[n] == ' ' &&
		    strncasecmp(line.ptr, name, n) == 0)
			return (struct view){line.ptr + n + 1, line.len - n - 1};
	return (struct view){NULL, 0};
}
