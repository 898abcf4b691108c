/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replace [-a] FILE OLD NEW: put NEW where FILE has the text OLD. OLD must be there exactly
   once, or, with -a, at least once; the file is left alone otherwise. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

const char *tool = "replace";

int main(int argc, char **argv)
{
	int all = argc == 5 && strcmp(argv[1], "-a") == 0;
	const char *file;
	const char *old;
	const char *new;
	char *text;
	char *at;
	char *out;
	char *to;
	size_t length;
	size_t old_len;
	size_t new_len;
	int found = 0;

	if (argc != 4 + all)
		fail("usage", "replace [-a] FILE OLD NEW");
	file = argv[1 + all];
	old = argv[2 + all];
	new = argv[3 + all];
	old_len = strlen(old);
	new_len = strlen(new);
	if (old_len == 0)
		fail("nothing to look for in", file);
	text = read_whole(file, &length);
	if (strlen(text) != length)
		fail("not a text file", file);
	for (at = strstr(text, old); at; at = strstr(at + old_len, old))
		found++;
	if (found == 0)
		fail("the text is not there", file);
	if (found > 1 && !all)
		fail("the text is there more than once", file);
	out = malloc(length + found * new_len + 1);
	if (out == 0)
		fail("out of memory", file);
	to = out;
	while ((at = strstr(text, old)) != 0) {
		memcpy(to, text, at - text);
		to += at - text;
		memcpy(to, new, new_len);
		to += new_len;
		text = at + old_len;
	}
	strcpy(to, text);
	write_whole(file, out, strlen(out));
	return 0;
}
